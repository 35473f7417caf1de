using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.State;

/// <summary><c>GET state</c>: which records there are.</summary>
internal sealed class ListState(SpaceGate gate, TimeProvider time) : ISpaceOperation
{
    /// <summary>The most items of a page, and how many it has unless the client says.</summary>
    public const int MaxLimit = 1000, DefaultLimit = 100;

    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        var query = new QueryArguments(context.Request);
        var prefix = query.KeyPrefix("prefix");
        var after = query.Key("after");
        var limit = (int)(query.Number("limit", 1, MaxLimit) ?? DefaultLimit);
        var at = query.Number("at", 0, long.MaxValue);
        if (query.Problem is not null)
            return query.Problem;

        var (_, view, _, problem) = await gate.EnterAsync(context, call, at: at);
        if (problem is not null)
            return problem;
        var items = new List<StateListItem>();
        string? next = null;
        foreach (var (key, record) in view.List(RecordKind.State, prefix, after, time.GetUtcNow()))
        {
            if (items.Count == limit)
            {
                next = items[^1].Key;
                break;
            }
            items.Add(new StateListItem(key.Key, record.ETag.ToString(), record.Tags, record.ExpiresAt));
        }
        await JsonAnswer.StreamAsync(context.Response, new StateList(items, next, view.Version), ServiceJsonContext.Default.StateList);
        return null;
    }
}
