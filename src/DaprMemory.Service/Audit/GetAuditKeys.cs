using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Audit;

/// <summary><c>GET /v1/{tenant}/audit/keys</c>: the public keys that commits verify with.</summary>
internal sealed class GetAuditKeys(AuditKeys keys) : ITenantOperation
{
    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, string tenant)
    {
        var json = keys.Public.ToJson();
        context.Response.ContentType = JsonAnswer.ContentType;
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
        return null;
    }
}
