using DaprMemory.Core.Memories;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Commits;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Memories;

/// <summary><c>GET memories/{id}</c>: one memory.</summary>
internal sealed class GetMemory(SpaceGate gate, TimeProvider time) : ISpaceOperation
{
    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        var (request, response) = (context.Request, context.Response);
        if (MemoryRoute.TryRead(request, out var key) is { } invalid)
            return invalid;
        var query = new QueryArguments(request);
        var at = query.Number("at", 0, long.MaxValue);
        var asOf = query.Time("asOf");
        if (query.Problem is not null)
            return query.Problem;
        if (EntityTags.TryReadKnown(request, out var known) is { } invalidHeader)
            return invalidHeader;

        var (space, view, _, problem) = await gate.EnterAsync(context, call, [key], at);
        if (problem is not null)
            return problem;
        if (!view.TryGet(key, time.GetUtcNow(), out var record))
            return Problem.NotFound("no such memory");
        var value = await space.ReadValueAsync(key, record.ETag, context.RequestAborted);
        ConsistencyHeaders.WriteSource(response, value.Source);
        if (asOf is { } then && !MemoryCodec.Decode(value.Json.Span).IsValid(then))
            return Problem.NotFound("the memory was not valid then");
        response.Headers.ETag = record.ETag.ToHeader();
        if (known.Match(record.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return null;
        }
        await JsonAnswer.WriteAsync(
            response,
            StatusCodes.Status200OK,
            new MemoryItem(key.Key, record.ETag.ToString(), record.ExpiresAt, new RawJson(value.Json)),
            ServiceJsonContext.Default.MemoryItem);
        return null;
    }
}
