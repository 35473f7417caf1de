using Dapr.Client;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DaprMemory.Service.Health;

/// <summary>Watches whether the sidecar can be used, so that asking for readiness costs nothing and never waits.</summary>
/// <remarks>It asks for outbound health: the sidecar's own waits until this service listens.</remarks>
internal sealed partial class SidecarHealth(DaprClient dapr, TimeProvider time, ILogger<SidecarHealth> logger) : BackgroundService, IHealthCheck
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(500);

    volatile bool _isUsable;

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(_isUsable ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("not ready for outbound calls"));

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            var isUsable = await ProbeAsync(stoppingToken);
            if (isUsable != _isUsable)
                LogChange(isUsable ? "usable" : "not usable");
            _isUsable = isUsable;
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    async Task<bool> ProbeAsync(CancellationToken stoppingToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
        try
        {
            return await dapr.CheckOutboundHealthAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "The Dapr sidecar is {State}", EventName = "SidecarChanged")]
    partial void LogChange(string state);
}
