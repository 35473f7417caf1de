using System.Collections.Frozen;
using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Primitives;

namespace DaprMemory.LocalSidecar.Invocation;

/// <summary>The headers that invocation adds, replaces and takes away.</summary>
internal static class InvocationHeaders
{
    public const string AppId = "dapr-app-id";
    public const string ApiToken = "dapr-api-token";

    const string CallerAppId = "dapr-caller-app-id";
    const string CallerNamespace = "dapr-caller-namespace";
    const string CalleeAppId = "dapr-callee-app-id";
    const string TraceParent = "traceparent";

    static readonly string Namespace = Environment.GetEnvironmentVariable("NAMESPACE") is { Length: > 0 } ns ? ns : "default";
    static readonly string HostName = Dns.GetHostName();

    static readonly FrozenSet<string> HopByHop = new[]
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        // The other side says how long its own message is.
        "Content-Length",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    static readonly FrozenSet<string> Ours = new[] { "Host", AppId, ApiToken, TraceParent }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    static readonly FrozenSet<string> Caller =
        new[] { CallerAppId, CallerNamespace, CalleeAppId }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Copies a client's headers.</summary>
    /// <param name="from">The client's request.</param>
    /// <param name="to">The request that goes on.</param>
    /// <param name="keepsCaller">Whether the caller headers of the client stay; only toward the sidecar's own app.</param>
    public static void Copy(HttpRequest from, HttpRequestMessage to, bool keepsCaller)
    {
        var named = Named(from.Headers.Connection);
        foreach (var (name, values) in from.Headers)
        {
            if (HopByHop.Contains(name) || Ours.Contains(name) || (!keepsCaller && Caller.Contains(name)) || named?.Contains(name) == true)
                continue;
            if (!to.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                to.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
        to.Headers.TryAddWithoutValidation(TraceParent, Continue(from.Headers[TraceParent]));
    }

    /// <summary>Adds what tells a remote app who calls.</summary>
    public static void AddCaller(HttpRequestMessage to, string callerAppId, string calleeAppId)
    {
        to.Headers.TryAddWithoutValidation(CallerAppId, callerAppId);
        to.Headers.TryAddWithoutValidation(CallerNamespace, Namespace);
        to.Headers.TryAddWithoutValidation(CalleeAppId, calleeAppId);
        to.Headers.TryAddWithoutValidation("X-Forwarded-For", "127.0.0.1");
        to.Headers.TryAddWithoutValidation("X-Forwarded-Host", HostName);
        to.Headers.TryAddWithoutValidation("Forwarded", $"for=127.0.0.1;by=127.0.0.1;host={HostName}");
    }

    /// <summary>Copies an app's answer: all but what belongs to the connection.</summary>
    public static void Copy(HttpResponseMessage from, HttpResponse to)
    {
        var named = Named(string.Join(',', from.Headers.Connection));
        foreach (var (name, values) in from.Headers.NonValidated.Concat(from.Content.Headers.NonValidated))
        {
            if (!HopByHop.Contains(name) && named?.Contains(name) != true)
                to.Headers.Append(name, values.ToArray());
        }
    }

    static HashSet<string>? Named(StringValues connection) =>
        string.IsNullOrEmpty(connection)
            ? null
            : connection.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>A new span of the client's trace, or of a new trace if the client has none.</summary>
    static string Continue(StringValues traceParent)
    {
        var span = ActivitySpanId.CreateRandom();
        return ActivityContext.TryParse(traceParent, null, out var parent)
            ? $"00-{parent.TraceId}-{span}-{(int)parent.TraceFlags:x2}"
            : $"00-{ActivityTraceId.CreateRandom()}-{span}-01";
    }
}
