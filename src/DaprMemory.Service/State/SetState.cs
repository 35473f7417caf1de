using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Writes;

namespace DaprMemory.Service.State;

/// <summary><c>PUT state/{key}</c>, which sets a value, and <c>PATCH state/{key}</c>, which applies a JSON merge patch (RFC 7396) to it.</summary>
internal sealed class SetState(SpaceWriter writer) : ISpaceOperation
{
    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        var (request, response) = (context.Request, context.Response);
        if (StateKey.TryRead(request, out var key) is { } invalidKey)
            return invalidKey;
        if (Preconditions.TryRead(request.Headers, out var precondition) is { } invalidHeader)
            return invalidHeader;
        var query = new QueryArguments(request);
        var (timeToLive, tags) = (query.TimeToLive(), query.Tags());
        if (query.Problem is not null)
            return query.Problem;
        var (body, refused) = await RequestBody.ReadAsync(request, SpaceOptions.MaxValueBytes);
        if (refused is not null)
            return refused;
        if (JsonText.Check(body.Span) is { } wrong)
            return Problem.InvalidJson(wrong);

        var kind = HttpMethods.IsPatch(request.Method) ? MutationKind.Merge : MutationKind.Put;
        var (committed, problem) = await writer.WriteAsync(
            context, call, body, [new Mutation(key, kind, body, precondition, timeToLive, tags)]);
        if (committed is null)
            return problem;
        var (etag, created) = (committed.Place!.Value, committed.Results[0].Created);
        response.Headers.ETag = etag.ToHeader();
        await JsonAnswer.WriteAsync(
            response,
            created ? StatusCodes.Status201Created : StatusCodes.Status200OK,
            new WriteAnswer(key.Key, etag.ToString(), committed.Version),
            ServiceJsonContext.Default.WriteAnswer);
        return null;
    }
}
