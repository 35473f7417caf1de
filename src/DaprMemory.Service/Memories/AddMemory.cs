using DaprMemory.Core.Log;
using DaprMemory.Core.Memories;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Writes;

namespace DaprMemory.Service.Memories;

/// <summary><c>POST memories</c>: adds a memory; the same one, added again, stays one.</summary>
internal sealed class AddMemory(
    SpaceWriter writer, SpaceRegistry registry, SpaceGate gate, NearDuplicates nearDuplicates, TimeProvider time) : ISpaceOperation
{
    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        var (bytes, refused) = await RequestBody.ReadAsync(context.Request, SpaceOptions.MaxValueBytes);
        if (refused is not null)
            return refused;
        if (JsonText.Check(bytes.Span) is { } wrong)
            return Problem.InvalidJson(wrong);
        if (MemoryReader.TryParse(bytes.Span, MemoryBodyJson.Default.MemoryBody, out var body) is { } malformed)
            return malformed;
        var now = time.GetUtcNow();
        if (new MemoryReader(context.GetCaller().Agent, now).TryRead(body, null, out var memory) is { } invalid)
            return invalid;

        Space space;
        try
        {
            space = await registry.OpenAsync(call.Id, context.RequestAborted);
        }
        catch (StoreUnavailableException)
        {
            return new WriteOutcome.Unavailable(OutcomeUnknown: false).ToProblem(isTransaction: false);
        }
        var similar = await nearDuplicates.FindAsync(space, memory, context.RequestAborted);
        if (similar is [var same, ..] && nearDuplicates.PolicyOf(call.Id.Tenant) == NearDuplicatePolicy.Merge)
        {
            var (merged, unmerged) = await MergeAsync(context, call, space, same);
            if (merged || unmerged is not null)
                return unmerged;
        }
        memory = memory.LinkedTo(similar);
        Mutation[] mutations = memory.ToClose(now) is { } close ? [memory.ToAdd(), close] : [memory.ToAdd()];
        var (committed, problem) = await writer.WriteAsync(context, call, bytes, mutations);
        if (committed is { Results: [var result, ..] })
            return await AnswerAsync(context, space, result, committed.Version);
        return await FindSameAsync(context, space, memory, problem!) is { } known
            ? await AnswerAsync(context, space, new MutationResult(memory.Key, known, false), known.Commit)
            : problem;
    }

    /// <summary>Answers with the one that is there, unless an earlier attempt of the request has added the new one.</summary>
    async Task<(bool IsMerged, Problem? Problem)> MergeAsync(HttpContext context, SpaceCall call, Space space, SimilarMemory same)
    {
        if (IdempotencyKey.TryRead(context.Request.Headers, out var requestId) is { } invalid)
            return (false, invalid);
        if (IdempotencyKey.TryReadIsRepeat(context.Request.Headers, out var isRepeat) is { } invalidAttempt)
            return (false, invalidAttempt);
        var (_, view, _, problem) = await gate.EnterAsync(context, isRepeat ? call with { Asked = ConsistencyLevel.Strong } : call);
        if (problem is not null || space.Knows(context.GetCaller().Agent, requestId))
            return (false, problem);
        await AnswerAsync(context, StatusCodes.Status200OK, new MemoryAnswer(same.Id, same.ETag.ToString(), view.Version) { Merged = true });
        return (true, null);
    }

    /// <summary>The ETag of the record that stands in the way of the given id if it is the same memory, and not another.</summary>
    static async Task<ETag?> FindSameAsync(HttpContext context, Space space, NewMemory memory, Problem problem)
    {
        if (problem.Status != StatusCodes.Status412PreconditionFailed || problem.Key != memory.Id || !ETag.TryParse(problem.ETag, out var etag))
            return null;
        var known = MemoryCodec.Decode((await space.ReadValueAsync(memory.Key, etag, context.RequestAborted)).Json.Span);
        return (MemoryId.Of(known.Text, known.Source), known.Supersedes) == (MemoryId.Of(memory.Content.Text, memory.Content.Source), memory.Content.Supersedes)
            ? etag
            : null;
    }

    static async Task<Problem?> AnswerAsync(HttpContext context, Space space, MutationResult result, long version)
    {
        var (id, etag) = (result.Key.Key, result.ETag!.Value);
        if (!result.Created)
            return await AnswerAsync(context, StatusCodes.Status200OK, new MemoryAnswer(id, etag.ToString(), version) { Duplicate = true });
        // As it stands in the log: when this is a repeat, others may be there by now.
        var added = MemoryCodec.Decode((await space.ReadValueAsync(result.Key, etag, context.RequestAborted)).Json.Span);
        var similar = (added.Links ?? []).Where(link => link is { Type: MemoryLink.Similar, Score: not null }).Select(link => new SimilarAnswer(link.To, link.Score!.Value)).ToList();
        return await AnswerAsync(context, StatusCodes.Status201Created, new MemoryAnswer(id, etag.ToString(), version) { Similar = similar.Count > 0 ? similar : null });
    }

    static async Task<Problem?> AnswerAsync(HttpContext context, int status, MemoryAnswer answer)
    {
        context.Response.Headers.ETag = $"\"{answer.ETag}\"";
        await JsonAnswer.WriteAsync(context.Response, status, answer, ServiceJsonContext.Default.MemoryAnswer);
        return null;
    }
}
