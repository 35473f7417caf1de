using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Writes;

namespace DaprMemory.Service.State;

/// <summary><c>DELETE state/{key}</c>: leaves a tombstone.</summary>
internal sealed class DeleteState(SpaceWriter writer) : ISpaceOperation
{
    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call) =>
        StateKey.TryRead(context.Request, out var key) ?? await writer.DeleteAsync(context, call, key);
}
