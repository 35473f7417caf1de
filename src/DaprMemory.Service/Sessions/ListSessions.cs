using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Sessions;

/// <summary><c>GET sessions</c>: which sessions there are.</summary>
internal sealed class ListSessions(SpaceGate gate, TimeProvider time) : ISpaceOperation
{
    /// <summary>The most items of a page, and how many it has unless the client says.</summary>
    public const int MaxLimit = 1000, DefaultLimit = 100;

    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        var query = new QueryArguments(context.Request);
        var after = query.Text("after", text => Names.CheckSession(text));
        var limit = (int)(query.Number("limit", 1, MaxLimit) ?? DefaultLimit);
        if (query.Problem is not null)
            return query.Problem;

        var (_, view, _, problem) = await gate.EnterAsync(context, call);
        if (problem is not null)
            return problem;
        var items = view.List(RecordKind.Session, "", after, time.GetUtcNow())
            .Take(limit + 1)
            .Select(session => new SessionListItem(session.Key.Key, session.Value.ETag.ToString(), session.Value.ExpiresAt))
            .ToList();
        string? next = null;
        if (items.Count > limit)
        {
            items.RemoveAt(limit);
            next = items[^1].Session;
        }
        await JsonAnswer.StreamAsync(context.Response, new SessionList(items, next, view.Version), ServiceJsonContext.Default.SessionList);
        return null;
    }
}
