using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Service.Events;

/// <summary>Takes the commits of other shards into the open spaces of this one.</summary>
internal sealed partial class SpaceEvents(SpaceRegistry spaces, ILogger<SpaceEvents> logger) : ICommitEventHandler
{
    /// <inheritdoc />
    public async ValueTask HandleAsync(SpaceId space, long number, ReadOnlyMemory<byte>? text, CancellationToken cancellationToken)
    {
        try
        {
            await spaces.ReceiveAsync(space, number, text, cancellationToken);
        }
        catch (LogCorruptException e)
        {
            // The event or the log. To repeat the delivery mends neither; what the log has, readers find out, and are told.
            LogCorrupt(e, space, number);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The event of {Space}/{Number}, or the log, does not verify; the event is passed over", EventName = "EventCorrupt")]
    partial void LogCorrupt(Exception exception, SpaceId space, long number);
}
