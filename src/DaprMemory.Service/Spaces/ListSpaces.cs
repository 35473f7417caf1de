using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Spaces;

/// <summary><c>GET /v1/{tenant}/spaces</c>: which spaces the tenant has. Always linearizable: whoever has written to a space finds it.</summary>
internal sealed class ListSpaces(SpaceRegistry registry) : ITenantOperation
{
    /// <summary>The most items of a page, and how many it has unless the client says.</summary>
    public const int MaxLimit = 1000, DefaultLimit = 100;

    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, string tenant)
    {
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
