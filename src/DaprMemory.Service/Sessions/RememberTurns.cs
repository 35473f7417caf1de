using DaprMemory.Core.Sessions;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Memories;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Writes;

namespace DaprMemory.Service.Sessions;

/// <summary><c>POST sessions/{session}/remember</c>: makes memories of turns.</summary>
internal sealed class RememberTurns(SpaceWriter writer, SessionRegistry sessions) : ISpaceOperation
{
    const int MaxBodyBytes = 64 * 1024;

    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        if (SessionName.TryRead(context.Request, out var name) is { } invalidName)
            return invalidName;
        var (bytes, refused) = await RequestBody.ReadAsync(context.Request, MaxBodyBytes);
        if (refused is not null)
            return refused;
        if (TryRead(bytes.Span, out var body) is { } invalid)
            return invalid;

        RememberOutcome? outcome = null;
        var (committed, problem) = await writer.WriteAsync(
            context, call, bytes, [new Mutation(new RecordKey(RecordKind.Session, name), MutationKind.Check)],
            write: async (space, request) =>
            {
                outcome = await sessions.RememberAsync(space, name, new RememberRequest(request, ToRule(body), body.From, body.To), context.RequestAborted);
                return outcome switch
                {
                    RememberOutcome.Remembered remembered => remembered.Write,
                    RememberOutcome.Refused refusal => refusal.Why,
                    _ => new WriteOutcome.Committed(null, space.View.Version, []),
                };
            });
        if (outcome is RememberOutcome.TooScattered)
            return Problem.Invalid(ProblemTypes.InvalidRequest, "a session is remembered in at most 64 separate ranges of turns; remember what lies between them first", "from");
        if (committed is null)
            return problem is { Type: ProblemTypes.NotFound } ? Problem.NotFound("no such session") : problem;
        if (committed.Place is { } place)
            context.Response.Headers.ETag = place.ToHeader();
        await JsonAnswer.WriteAsync(
            context.Response,
            StatusCodes.Status200OK,
            RememberAnswer.Of(name, (RememberOutcome.Remembered)outcome!),
            ServiceJsonContext.Default.RememberAnswer);
        return null;
    }

    static Problem? TryRead(ReadOnlySpan<byte> bytes, out RememberBody body)
    {
        body = new RememberBody();
        if (bytes.IsEmpty)
            return null;
        if (JsonText.Check(bytes) is { } wrong)
            return Problem.InvalidJson(wrong);
        return MemoryReader.TryParse(bytes, RememberBodyJson.Default.RememberBody, out body)
            ?? (RememberRules.Check(body) is { } rule ? Problem.Invalid(ProblemTypes.InvalidRequest, rule) : null);
    }

    static RememberRule ToRule(RememberBody body) => new()
    {
        Roles = body.Roles,
        Tags = body.Tags,
        Importance = body.Importance,
        TimeToLive = body.Ttl is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
    };
}
