using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Writes;

namespace DaprMemory.Service.Memories;

/// <summary><c>PUT memories/{id}</c>: sets a memory, whatever was there before.</summary>
internal sealed class PutMemory(SpaceWriter writer, TimeProvider time) : ISpaceOperation
{
    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        if (MemoryRoute.TryRead(context.Request, out var key) is { } invalidKey)
            return invalidKey;
        if (Preconditions.TryRead(context.Request.Headers, out var precondition) is { } invalidHeader)
            return invalidHeader;
        var (bytes, refused) = await RequestBody.ReadAsync(context.Request, SpaceOptions.MaxValueBytes);
        if (refused is not null)
            return refused;
        if (JsonText.Check(bytes.Span) is { } wrong)
            return Problem.InvalidJson(wrong);
        if (MemoryReader.TryParse(bytes.Span, MemoryBodyJson.Default.MemoryBody, out var body) is { } malformed)
            return malformed;
        if (body.Id is { } id && id != key.Key)
            return Problem.Invalid(ProblemTypes.InvalidRequest, "the id in the body, if any, is that in the path");
        var now = time.GetUtcNow();
        if (new MemoryReader(context.GetCaller().Agent, now).TryRead(body with { Id = key.Key }, null, out var memory) is { } invalid)
            return invalid;

        Mutation[] mutations = memory.ToClose(now) is { } close ? [memory.ToPut(precondition), close] : [memory.ToPut(precondition)];
        var (committed, problem) = await writer.WriteAsync(context, call, bytes, mutations);
        if (committed is null)
            return problem;
        var (etag, created) = (committed.Place!.Value, committed.Results[0].Created);
        context.Response.Headers.ETag = etag.ToHeader();
        await JsonAnswer.WriteAsync(
            context.Response,
            created ? StatusCodes.Status201Created : StatusCodes.Status200OK,
            new MemoryAnswer(memory.Id, etag.ToString(), committed.Version),
            ServiceJsonContext.Default.MemoryAnswer);
        return null;
    }
}
