using DaprMemory.Core.Spaces;

namespace DaprMemory.Service.Events;

/// <summary>Takes the commits of all shards, this one's too, as they are published: some lost, doubled or out of order.</summary>
internal interface ICommitEventHandler
{
    /// <summary>Takes one commit. An exception has it delivered again, later.</summary>
    /// <param name="space">Its space. The names obey the rules, but whether there is such a space nobody has checked.</param>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="text">
    /// Its JSON text as it stands in the log, not verified, the handler's to keep; null when it was too large to travel and must be read from the log.
    /// </param>
    /// <param name="cancellationToken">The delivery was given up.</param>
    ValueTask HandleAsync(SpaceId space, long number, ReadOnlyMemory<byte>? text, CancellationToken cancellationToken);
}
