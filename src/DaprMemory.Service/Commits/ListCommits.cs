using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Commits;

/// <summary><c>GET commits</c>: the log from any version on.</summary>
internal sealed class ListCommits(SpaceGate gate) : ISpaceOperation
{
    /// <summary>The most commits of a page, and how many it has unless the client says.</summary>
    public const int MaxLimit = 256, DefaultLimit = 100;

    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        var query = new QueryArguments(context.Request);
        var after = query.Number("after", 0, long.MaxValue) ?? 0;
        var limit = (int)(query.Number("limit", 1, MaxLimit) ?? DefaultLimit);
        if (query.Problem is not null)
            return query.Problem;

        var (space, view, level, problem) = await gate.EnterAsync(context, call);
        if (problem is not null)
            return problem;
        var commits = await space.ReadCommitsAsync(after, limit, context.RequestAborted);
        var last = commits.Count > 0 ? commits[^1].Number : after;
        // The node may have moved on while they were read.
        var version = commits.Count > 0 ? Math.Max(view.Version, last) : view.Version;
        ConsistencyHeaders.Write(context.Response, call, level, version, space.View.Dependencies);
        ConsistencyHeaders.WriteSource(context.Response, ValueSource.Store);
        var list = new CommitList([.. commits.Select(commit => new RawJson(commit.Json))], last < version ? last : null, version);
        await JsonAnswer.StreamAsync(context.Response, list, ServiceJsonContext.Default.CommitList);
        return null;
    }
}
