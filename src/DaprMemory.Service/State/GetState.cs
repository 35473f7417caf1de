using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.State;

/// <summary><c>GET</c> and <c>HEAD state/{key}</c>: one value, byte for byte as it was put.</summary>
internal sealed class GetState(SpaceGate gate, TimeProvider time) : ISpaceOperation
{
    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        var (request, response) = (context.Request, context.Response);
        if (StateKey.TryRead(request, out var key) is { } invalid)
            return invalid;
        long? at = null;
        if (request.QueryString.HasValue)
        {
            var query = new QueryArguments(request);
            at = query.Number("at", 0, long.MaxValue);
            if (query.Problem is not null)
                return query.Problem;
        }
        if (EntityTags.TryReadKnown(request, out var known) is { } invalidHeader)
            return invalidHeader;

        var (space, view, _, problem) = await gate.EnterAsync(context, call, [key], at);
        if (problem is not null)
            return problem;
        if (!view.TryGet(key, time.GetUtcNow(), out var record))
            return Problem.NotFound("no such record");
        response.Headers.ETag = record.ETag.ToHeader();
        if (known.Match(record.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return null;
        }
        var value = await space.ReadValueAsync(key, record.ETag, context.RequestAborted);
        ConsistencyHeaders.WriteSource(response, value.Source);
        response.ContentType = JsonAnswer.ContentType;
        response.ContentLength = value.Json.Length;
        if (!HttpMethods.IsHead(request.Method))
            await response.BodyWriter.WriteAsync(value.Json, context.RequestAborted);
        return null;
    }
}
