using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Commits;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.State;

/// <summary><c>POST state/read</c>: several values, all at one version.</summary>
internal sealed class ReadStates(SpaceGate gate, TimeProvider time) : ISpaceOperation
{
    /// <summary>The most bytes of values in an answer: with their keys it stays under the 4 MiB that a sidecar passes on.</summary>
    public const int MaxValueBytes = 4 * 1024 * 1024 - 128 * 1024;

    const int Parallelism = 8;

    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        var query = new QueryArguments(context.Request);
        var at = query.Number("at", 0, long.MaxValue);
        if (query.Problem is not null)
            return query.Problem;
        var (body, refused) = await RequestBody.ReadAsync(context.Request, KeysReader.MaxBodyBytes);
        if (refused is not null)
            return refused;
        if (JsonText.Check(body.Span) is { } wrong)
            return Problem.InvalidJson(wrong);
        if (KeysReader.TryRead(body.Span, out var keys) is { } invalid)
            return invalid;

        var (space, view, _, problem) = await gate.EnterAsync(context, call, keys, at);
        if (problem is not null)
            return problem;
        var answer = await ReadAsync(space, view, keys, context);
        await JsonAnswer.StreamAsync(context.Response, answer, ServiceJsonContext.Default.StateValues);
        return null;
    }

    async Task<StateValues> ReadAsync(Space space, View view, IReadOnlyList<RecordKey> keys, HttpContext context)
    {
        var items = new List<StateValue>(keys.Count);
        var now = time.GetUtcNow();
        var source = ValueSource.Cache;
        long bytes = 0;
        foreach (var some in keys.Chunk(Parallelism))
        {
            var records = some.Select(key => view.TryGet(key, now, out var record) ? record : (RecordInfo?)null).ToArray();
            var values = await Task.WhenAll(some.Select((key, i) => records[i] is { } record
                ? space.ReadValueAsync(key, record.ETag, context.RequestAborted).AsTask()
                : Task.FromResult(default(RecordValue))));
            for (var i = 0; i < some.Length; i++)
            {
                if ((bytes += values[i].Json.Length) > MaxValueBytes)
                    return Done([.. keys.Skip(items.Count).Select(key => key.Key)]);
                if (values[i].Source > source)
                    source = values[i].Source;
                items.Add(records[i] is { } record
                    ? new StateValue(some[i].Key, record.ETag.ToString(), new RawJson(values[i].Json))
                    : new StateValue(some[i].Key, null, null));
            }
        }
        return Done(null);

        StateValues Done(string[]? left)
        {
            ConsistencyHeaders.WriteSource(context.Response, source);
            return new StateValues(view.Version, items, left);
        }
    }
}
