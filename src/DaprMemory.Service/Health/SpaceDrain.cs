using DaprMemory.Core.Spaces;

namespace DaprMemory.Service.Health;

/// <summary>Lets the writes that were taken reach the log, and their events the broker, before a stopping service ends.</summary>
/// <remarks>The server starts last and so stops first: no request comes any more, but a write may still be under way whose client has left.
/// The hot store needs no flush: what was not filled is read from the log.</remarks>
internal sealed class SpaceDrain(SpaceRegistry spaces) : IHostedService
{
    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => spaces.DrainAsync(cancellationToken);
}
