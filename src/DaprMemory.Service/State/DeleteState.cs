using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Writes;

namespace DaprMemory.Service.State;

/// <summary><c>DELETE state/{key}</c>: leaves a tombstone.</summary>
internal sealed class DeleteState(SpaceWriter writer) : ISpaceOperation
{
    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        if (StateKey.TryRead(context.Request, out var key) is { } invalidKey)
            return invalidKey;
        if (Preconditions.TryRead(context.Request.Headers, out var precondition) is { } invalidHeader)
            return invalidHeader;
        var (committed, problem) = await writer.WriteAsync(
            context, call, default, [new Mutation(key, MutationKind.Delete, Precondition: precondition)]);
        if (committed is null)
            return problem;
        context.Response.Headers.ETag = committed.Place!.Value.ToHeader();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }
}
