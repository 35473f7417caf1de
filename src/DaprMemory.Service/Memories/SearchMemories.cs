using DaprMemory.Core.Memories;
using DaprMemory.Core.Search;
using DaprMemory.Core.Sessions;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Audit;
using DaprMemory.Service.Commits;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;
using DaprMemory.Service.State;

namespace DaprMemory.Service.Memories;

/// <summary><c>POST memories/search</c>: finds memories.</summary>
internal sealed class SearchMemories(SpaceGate gate, ITokenCounter tokens, TimeProvider time, ReadAudit reads) : ISpaceOperation
{
    const int MaxBodyBytes = 64 * 1024;
    const int Parallelism = 8;

    // What stands around a memory in the answer: id, ETag, expiry, score, reasons.
    const int ItemBytes = 384;

    static readonly MatchReasons[] Reasons = Enum.GetValues<MatchReasons>()[1..];

    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        var (bytes, refused) = await RequestBody.ReadAsync(context.Request, MaxBodyBytes);
        if (refused is not null)
            return refused;
        if (JsonText.Check(bytes.Span) is { } wrong)
            return Problem.InvalidJson(wrong);
        if (SearchRequest.TryRead(bytes.Span, time.GetUtcNow(), out var request) is { } invalid)
            return invalid;

        var (space, view, level, problem) = await gate.EnterAsync(context, call);
        if (problem is not null)
            return problem;
        var found = await space.Memories.SearchAsync(request.Query, request.Reach, view.Version, context.RequestAborted);
        // What was searched may be newer than the view, and the client must know what it has seen.
        ConsistencyHeaders.Write(context.Response, call, level, found.Version, space.View.Dependencies);
        var answer = await ReadAsync(space, found, request, context);
        if (reads.Covers(call.Id.Tenant))
            reads.Name(context, call.Id.Tenant, [.. answer.Items.Select(item => new RecordKey(RecordKind.Memory, item.Id))]);
        await JsonAnswer.StreamAsync(context.Response, answer, ServiceJsonContext.Default.SearchAnswer);
        return null;
    }

    async Task<SearchAnswer> ReadAsync(Space space, MemorySearch found, SearchRequest request, HttpContext context)
    {
        var fitting = TakeFitting(found.Items, request.MaxTokens);
        var items = new List<SearchItem>(fitting.Count);
        var source = ValueSource.Cache;
        long bytes = 0;
        foreach (var some in fitting.Chunk(Parallelism))
        {
            var values = await Task.WhenAll(some.Select(item => ReadAsync(space, [item.Hit.Document, .. item.Context], context.RequestAborted)));
            for (var i = 0; i < some.Length; i++)
            {
                if ((bytes += values[i].Sum(value => (long)value.Json.Length + ItemBytes)) > ReadStates.MaxValueBytes)
                    return Done();
                source = values[i].Select(value => value.Source).Append(source).Max();
                items.Add(ToItem(some[i], values[i], withContext: request.Reach > 0));
            }
        }
        return Done();

        SearchAnswer Done()
        {
            ConsistencyHeaders.WriteSource(context.Response, source);
            var left = found.Items.Count - items.Count;
            return new SearchAnswer(found.Version, SearchRequest.Modes[(int)found.Mode], found.Model, found.Model is null ? null : found.Backlog, items, left > 0 ? left : null);
        }
    }

    /// <summary>The best hits whose texts fit together, those around them included.</summary>
    List<FoundMemory> TakeFitting(IReadOnlyList<FoundMemory> items, long maxTokens)
    {
        var fitting = new List<FoundMemory>(items.Count);
        foreach (var item in items)
        {
            var count = item.Context.Append(item.Hit.Document).Sum(document => (long)tokens.Count(document.Text));
            if (count > maxTokens)
                continue;
            maxTokens -= count;
            fitting.Add(item);
        }
        return fitting;
    }

    static Task<RecordValue[]> ReadAsync(Space space, IEnumerable<MemoryDocument> documents, CancellationToken cancellationToken) =>
        Task.WhenAll(documents.Select(document => space.ReadValueAsync(new RecordKey(RecordKind.Memory, document.Id), document.ETag, cancellationToken).AsTask()));

    static SearchItem ToItem(in FoundMemory found, RecordValue[] values, bool withContext)
    {
        var (document, score, matched) = found.Hit;
        return new SearchItem(
            document.Id,
            document.ETag.ToString(),
            document.ExpiresAt,
            Math.Round(score, 4),
            [.. Reasons.Where(reason => matched.HasFlag(reason)).Select(reason => reason.ToString().ToLowerInvariant())],
            new RawJson(values[0].Json),
            withContext ? [.. found.Context.Select((near, i) => new MemoryItem(near.Id, near.ETag.ToString(), near.ExpiresAt, new RawJson(values[i + 1].Json)))] : null);
    }
}
