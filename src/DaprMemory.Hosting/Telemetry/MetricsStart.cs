using Microsoft.Extensions.Hosting;
using Prometheus;

namespace DaprMemory.Hosting.Telemetry;

/// <summary>Collects once when a service starts: the registry listens only from its first collection on, and would miss what came before.</summary>
internal sealed class MetricsStart : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Metrics.DefaultRegistry.CollectAndExportAsTextAsync(Stream.Null, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
