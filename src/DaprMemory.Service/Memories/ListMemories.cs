using DaprMemory.Core.Memories;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Commits;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;
using DaprMemory.Service.State;

namespace DaprMemory.Service.Memories;

/// <summary><c>GET memories</c>: which memories there are.</summary>
internal sealed class ListMemories(SpaceGate gate, TimeProvider time) : ISpaceOperation
{
    /// <summary>The most items of a page, and how many it has unless the client says.</summary>
    public const int MaxLimit = 1000, DefaultLimit = 100;

    const int Parallelism = 8;

    // What stands around a memory in the answer: id, ETag, expiry.
    const int ItemBytes = 256;

    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        var query = new QueryArguments(context.Request);
        var after = query.Id("after");
        var limit = (int)(query.Number("limit", 1, MaxLimit) ?? DefaultLimit);
        var tag = query.Tag("tag");
        var asOf = query.Time("asOf");
        var at = query.Number("at", 0, long.MaxValue);
        if (query.Problem is not null)
            return query.Problem;

        var (space, view, _, problem) = await gate.EnterAsync(context, call, at: at);
        if (problem is not null)
            return problem;
        var records = view.List(RecordKind.Memory, "", after, time.GetUtcNow()).Where(record => tag is null || record.Value.Tags?.Contains(tag) == true);
        // One more than fits tells whether there is a next page.
        var page = records.Take(limit + 1).ToList();
        var (items, source) = (new List<MemoryItem>(), ValueSource.Cache);
        var next = page.Count > limit ? page[limit - 1].Key.Key : null;
        long bytes = 0;
        for (var first = 0; first < Math.Min(page.Count, limit); first += Parallelism)
        {
            var some = page[first..Math.Min(first + Parallelism, Math.Min(page.Count, limit))];
            var values = await Task.WhenAll(some.Select(record => space.ReadValueAsync(record.Key, record.Value.ETag, context.RequestAborted).AsTask()));
            for (var i = 0; i < some.Count; i++)
            {
                if ((bytes += values[i].Json.Length + ItemBytes) > ReadStates.MaxValueBytes)
                {
                    next = page[first + i - 1].Key.Key;
                    return await AnswerAsync();
                }
                if (values[i].Source > source)
                    source = values[i].Source;
                // Those that were not valid take a place, too: a page costs no more than it says.
                if (asOf is not { } then || MemoryCodec.Decode(values[i].Json.Span).IsValid(then))
                    items.Add(new MemoryItem(some[i].Key.Key, some[i].Value.ETag.ToString(), some[i].Value.ExpiresAt, new RawJson(values[i].Json)));
            }
        }
        return await AnswerAsync();

        async Task<Problem?> AnswerAsync()
        {
            ConsistencyHeaders.WriteSource(context.Response, source);
            await JsonAnswer.StreamAsync(context.Response, new MemoryList(items, next, view.Version), ServiceJsonContext.Default.MemoryList);
            return null;
        }
    }
}
