using DaprMemory.Core.Sessions;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Sessions;

/// <summary>Lets the service look, now and then, for sessions that were left before all of them was remembered.</summary>
internal sealed class SessionCatchUpService(
    SessionCatchUp catchUp, IOptions<SessionsOptions> sessions, IOptions<MemoryServiceOptions> memory, TimeProvider time) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (memory.Value.Policies.Values.All(policy => policy.Remember is null))
            return;
        using var timer = new PeriodicTimer(sessions.Value.RememberInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await catchUp.RunAsync(stoppingToken);
    }
}
