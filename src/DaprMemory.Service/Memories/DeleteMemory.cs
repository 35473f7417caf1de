using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Writes;

namespace DaprMemory.Service.Memories;

/// <summary><c>DELETE memories/{id}</c>: leaves a tombstone.</summary>
internal sealed class DeleteMemory(SpaceWriter writer) : ISpaceOperation
{
    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call) =>
        MemoryRoute.TryRead(context.Request, out var key) ?? await writer.DeleteAsync(context, call, key);
}
