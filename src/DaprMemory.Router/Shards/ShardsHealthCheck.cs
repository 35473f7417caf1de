using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DaprMemory.Router.Shards;

/// <summary>A router is ready while at least one shard may be well.</summary>
internal sealed class ShardsHealthCheck(ShardDirectory directory) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(directory.Current.Shards.Any(shard => shard.IsAvailable)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("no shard is healthy"));
}
