using System.Security.Cryptography;
using System.Text;
using DaprMemory.LocalSidecar.Invocation;

namespace DaprMemory.LocalSidecar.Http;

/// <summary>The token that callers of a sidecar must send.</summary>
internal sealed class ApiToken(string? token)
{
    readonly byte[]? _token = string.IsNullOrEmpty(token) ? null : Encoding.UTF8.GetBytes(token);

    /// <summary>Whether a request may go on. The health pages are open to all.</summary>
    public bool Admits(HttpRequest request, RequestTarget target) =>
        _token is null
        || (target.Is(0, "v1.0") && target.Is(1, "healthz") && (target.Count == 2 || (target.Count == 3 && target.Is(2, "outbound"))))
        || CryptographicOperations.FixedTimeEquals(_token, Encoding.UTF8.GetBytes(request.Headers[InvocationHeaders.ApiToken].ToString()));

    public static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.WriteAsync("invalid api token\n");
    }
}
