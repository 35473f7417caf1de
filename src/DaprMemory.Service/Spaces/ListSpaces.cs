using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Audit;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Telemetry;

namespace DaprMemory.Service.Spaces;

/// <summary><c>GET /v1/{tenant}/spaces</c>: which spaces the tenant has. Always linearizable: whoever has written to a space finds it.</summary>
internal sealed class ListSpaces(SpaceRegistry registry, ReadAudit reads, ServiceInstruments instruments)
{
    /// <summary>The most items of a page, and how many it has unless the client says.</summary>
    public const int MaxLimit = 1000, DefaultLimit = 100;

    /// <summary>Serves one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var started = instruments.Start();
        if (await AnswerAsync(context) is { } problem)
            await ProblemWriter.WriteAsync(context, problem);
        reads.Note(context, context.Request.RouteValues[SpaceCall.TenantParameter] as string, "", CallKind.Read);
        instruments.Record(started, CallKind.Read, context.Response, ConsistencyLevel.Strong);
    }

    async Task<Problem?> AnswerAsync(HttpContext context)
    {
        var tenant = (string)context.Request.RouteValues[SpaceCall.TenantParameter]!;
        if (Names.CheckTenant(tenant) is { } tenantRule)
            return Problem.Invalid(ProblemTypes.InvalidTenant, tenantRule);
        var query = new QueryArguments(context.Request);
        var after = query.Text("after", text => Names.CheckSpace(text));
        var limit = (int)(query.Number("limit", 1, MaxLimit) ?? DefaultLimit);
        if (query.Problem is not null)
            return query.Problem;

        var page = await registry.Directory.ListSpacesAsync(tenant, after, limit, context.RequestAborted);
        context.Response.Headers[MemoryHeaders.Consistency] = ConsistencyHeaders.NameOf(ConsistencyLevel.Strong);
        var list = new SpaceList([.. page.Names.Select(name => new SpaceListItem(name))], page.IsMoreLeft ? page.Names[^1] : null);
        await JsonAnswer.StreamAsync(context.Response, list, ServiceJsonContext.Default.SpaceList);
        return null;
    }
}
