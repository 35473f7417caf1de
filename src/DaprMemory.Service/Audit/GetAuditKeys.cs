using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Audit;

/// <summary><c>GET /v1/{tenant}/audit/keys</c>: the public keys that commits verify with.</summary>
internal sealed class GetAuditKeys(AuditKeys keys)
{
    /// <summary>Serves one request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var json = keys.Public.ToJson();
        context.Response.ContentType = JsonAnswer.ContentType;
        context.Response.ContentLength = json.Length;
        return context.Response.Body.WriteAsync(json, context.RequestAborted).AsTask();
    }
}
