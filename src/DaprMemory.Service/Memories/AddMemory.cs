using DaprMemory.Core.Memories;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Writes;

namespace DaprMemory.Service.Memories;

/// <summary><c>POST memories</c>: adds a memory; the same one, added again, stays one.</summary>
internal sealed class AddMemory(SpaceWriter writer, SpaceRegistry registry, TimeProvider time) : ISpaceOperation
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

        Mutation[] mutations = memory.ToClose(now) is { } close ? [memory.ToAdd(), close] : [memory.ToAdd()];
        var (committed, problem) = await writer.WriteAsync(context, call, bytes, mutations);
        if (committed is not null)
            return await AnswerAsync(context, memory.Id, committed.Results[0], committed.Version);
        if (problem is { Status: StatusCodes.Status412PreconditionFailed } && await FindSameAsync(context, call, memory, problem) is { } known)
            return await AnswerAsync(context, memory.Id, new MutationResult(memory.Key, known, false), known.Commit);
        return problem;
    }

    /// <summary>The ETag of the record under the given id if it is the same memory, and not another.</summary>
    async Task<ETag?> FindSameAsync(HttpContext context, SpaceCall call, NewMemory memory, Problem problem)
    {
        if (problem.Key != memory.Id || !ETag.TryParse(problem.ETag, out var etag))
            return null;
        var space = await registry.OpenAsync(call.Id, context.RequestAborted);
        var known = MemoryCodec.Decode((await space.ReadValueAsync(memory.Key, etag, context.RequestAborted)).Json.Span);
        return (MemoryId.Of(known.Text, known.Source), known.Supersedes) == (MemoryId.Of(memory.Content.Text, memory.Content.Source), memory.Content.Supersedes)
            ? etag
            : null;
    }

    static async Task<Problem?> AnswerAsync(HttpContext context, string id, MutationResult result, long version)
    {
        var etag = result.ETag!.Value;
        context.Response.Headers.ETag = etag.ToHeader();
        await JsonAnswer.WriteAsync(
            context.Response,
            result.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK,
            new MemoryAnswer(id, etag.ToString(), version) { Duplicate = result.Created ? null : true },
            ServiceJsonContext.Default.MemoryAnswer);
        return null;
    }
}
