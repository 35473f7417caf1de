using DaprMemory.Core.Audit;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Commits;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Audit;

/// <summary><c>GET /v1/{tenant}/audit/reads</c>: the log of what was read, as it stands, to be kept and verified elsewhere.</summary>
internal sealed class ListReadCommits(SpaceRegistry registry) : ITenantOperation
{
    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, string tenant)
    {
        var query = new QueryArguments(context.Request);
        var after = query.Number("after", 0, long.MaxValue) ?? 0;
        var limit = (int)(query.Number("limit", 1, ListCommits.MaxLimit) ?? ListCommits.DefaultLimit);
        if (query.Problem is not null)
            return query.Problem;

        var space = await registry.OpenAsync(new SpaceId(tenant, ReadTrail.SpaceName), context.RequestAborted);
        var version = (await space.ReachAsync(ConsistencyLevel.Strong, 0, context.RequestAborted))!.Version;
        var commits = await space.ReadCommitsAsync(after, limit, context.RequestAborted);
        var last = commits.Count > 0 ? commits[^1].Number : after;
        version = Math.Max(version, last);
        context.Response.Headers[MemoryHeaders.Consistency] = ConsistencyHeaders.NameOf(ConsistencyLevel.Strong);
        var list = new CommitList([.. commits.Select(commit => new RawJson(commit.Json))], last < version ? last : null, version);
        await JsonAnswer.StreamAsync(context.Response, list, ServiceJsonContext.Default.CommitList);
        return null;
    }
}
