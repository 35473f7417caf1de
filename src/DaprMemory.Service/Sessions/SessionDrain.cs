using DaprMemory.Core.Sessions;

namespace DaprMemory.Service.Sessions;

/// <summary>Lets the turns that were taken reach the hot store before a stopping service ends. Added behind the spaces, and so stopped before them.</summary>
internal sealed class SessionDrain(SessionRegistry sessions) : IHostedService
{
    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => sessions.DrainAsync(cancellationToken);
}
