using System.Net;
using System.Text.Json;
using DaprMemory.Hosting.Problems;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace DaprMemory.Router.Forwarding;

/// <summary>A shard's answer that it can't reach its store, held back while another shard is asked.</summary>
internal sealed class UnavailableAnswer
{
    /// <summary>More than any problem details of ours.</summary>
    public const int MaxBytes = 16 * 1024;

    const string Type = ProblemTypes.Prefix + ProblemTypes.Unavailable;

    readonly KeyValuePair<string, StringValues>[] _headers;
    readonly byte[] _body;

    /// <summary>Holds an answer.</summary>
    /// <param name="headers">The answer's headers.</param>
    /// <param name="body">Its body; empty if the request was a HEAD.</param>
    /// <param name="isUnknown">Whether the shard can't say what became of a write.</param>
    public UnavailableAnswer(IHeaderDictionary headers, byte[] body, bool isUnknown)
    {
        // However the shard sent the body, it is sent whole now.
        _headers = [.. headers.Where(header => !header.Key.Equals(HeaderNames.TransferEncoding, StringComparison.OrdinalIgnoreCase))];
        _body = body;
        IsUnknown = isUnknown;
    }

    /// <summary>Whether the shard can't say what became of a write.</summary>
    public bool IsUnknown { get; }

    /// <summary>Whether a response can be such an answer; its body tells.</summary>
    public static bool IsPossible(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.ServiceUnavailable
        && response.Content.Headers.ContentType?.MediaType == ProblemWriter.ContentType;

    /// <summary>Tells from the body whether a possible answer is one.</summary>
    /// <param name="request">What was asked. The answer to a HEAD has no body, and is told by status and type alone.</param>
    /// <param name="body">The answer's body.</param>
    /// <param name="isUnknown">Whether the shard can't say what became of a write.</param>
    public static bool TryParse(HttpRequest request, byte[] body, out bool isUnknown)
    {
        isUnknown = false;
        if (HttpMethods.IsHead(request.Method))
            return true;
        try
        {
            using var problem = JsonDocument.Parse(body);
            isUnknown = Get(problem, "outcome") == "unknown";
            return Get(problem, "type") == Type;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Answers the client with it.</summary>
    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        foreach (var (name, value) in _headers)
            context.Response.Headers[name] = value;
        return _body.Length == 0 ? Task.CompletedTask : context.Response.Body.WriteAsync(_body, context.RequestAborted).AsTask();
    }

    static string? Get(JsonDocument problem, string member) =>
        problem.RootElement.ValueKind == JsonValueKind.Object
        && problem.RootElement.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
