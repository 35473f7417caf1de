using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Log;

/// <summary>Tells other nodes of commits. It may lose, double and reorder: the log is the truth, and a gap is read from it.</summary>
public interface ICommitPublisher
{
    /// <summary>Publishes one commit.</summary>
    /// <param name="space">Its space.</param>
    /// <param name="number">Its number.</param>
    /// <param name="text">Its JSON text as it stands in the log, UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait, not necessarily the publication.</param>
    /// <returns>Whether the broker certainly has it. Nothing is thrown but for cancellation.</returns>
    Task<bool> TryPublishAsync(SpaceId space, long number, ReadOnlyMemory<byte> text, CancellationToken cancellationToken);
}
