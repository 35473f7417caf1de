using DaprMemory.Core.Sessions;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Writes;

namespace DaprMemory.Service.Sessions;

/// <summary><c>DELETE sessions/{session}</c>: ends a session; one that begins under its name later is another.</summary>
internal sealed class DeleteSession(SpaceWriter writer, SessionRegistry sessions) : ISpaceOperation
{
    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        if (SessionName.TryRead(context.Request, out var name) is { } invalidName)
            return invalidName;
        var (committed, problem) = await writer.WriteAsync(
            context, call, default, [new Mutation(new RecordKey(RecordKind.Session, name), MutationKind.Delete)],
            write: (space, request) => sessions.DeleteAsync(space, name, request, context.RequestAborted));
        if (committed is null)
            return problem is { Type: ProblemTypes.NotFound } ? Problem.NotFound("no such session") : problem;
        if (committed.Place is { } etag)
            context.Response.Headers.ETag = etag.ToHeader();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }
}
