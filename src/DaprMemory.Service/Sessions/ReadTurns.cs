using DaprMemory.Core.Sessions;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Sessions;

/// <summary><c>GET sessions/{session}/turns</c>: the newest turns, or those before a given one.</summary>
internal sealed class ReadTurns(SpaceGate gate, SessionRegistry sessions) : ISpaceOperation
{
    /// <summary>How many turns a page has unless the client says.</summary>
    public const int DefaultLimit = 100;

    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        if (SessionName.TryRead(context.Request, out var name) is { } invalidName)
            return invalidName;
        var query = new QueryArguments(context.Request);
        var last = query.Number("last", 1, SessionsOptions.MaxPageTurns);
        var maxTokens = query.Number("maxTokens", 1, int.MaxValue);
        var before = query.Number("before", 1, long.MaxValue);
        var limit = query.Number("limit", 1, SessionsOptions.MaxPageTurns);
        var compact = query.Flag("compact");
        if (query.Problem is not null)
            return query.Problem;
        if (compact && (last ?? maxTokens) is null)
            return Problem.Invalid(ProblemTypes.InvalidQuery, "compact tells of what last or maxTokens cut off", "compact");
        if ((last ?? maxTokens) is not null && (before ?? limit) is not null)
            return Problem.Invalid(ProblemTypes.InvalidQuery, "a read has last and maxTokens, or before and limit");

        var (space, view, level, problem) = await gate.EnterAsync(context, call, [new RecordKey(RecordKind.Session, name)]);
        if (problem is not null)
            return problem;
        if (await sessions.FindAsync(space, view, name, context.RequestAborted) is not { } session
            || !await session.ReachAsync(level, context.RequestAborted))
            return Problem.NotFound("no such session");
        var most = last ?? limit ?? (maxTokens is null ? DefaultLimit : SessionsOptions.MaxPageTurns);
        var page = await session.ReadAsync(new TurnQuery(before, (int)most, (int?)maxTokens), context.RequestAborted);
        var summary = compact ? await session.SummarizeAsync(page.First - 1, context.RequestAborted) : null;
        ConsistencyHeaders.Write(context.Response, call, level, view.Version, view.Dependencies.Merge(page.Dependencies));
        ConsistencyHeaders.WriteSource(context.Response, page.Source);
        var answer = new TurnList(
            name,
            summary,
            [.. page.Turns.Select(TurnItem.From)],
            page.Missing.Count == 0 ? null : page.Missing,
            page.Newest,
            page.First > 1 ? page.First : null,
            view.Version);
        await JsonAnswer.StreamAsync(context.Response, answer, ServiceJsonContext.Default.TurnList);
        return null;
    }
}
