using DaprMemory.Router.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace DaprMemory.Router.Shards;

/// <summary>Learns from requests whether shards are well (passive health).</summary>
internal sealed class ShardHealth(IDestinationHealthUpdater updater, RouterConfigProvider configuration)
{
    /// <summary>Takes note of an answer.</summary>
    /// <param name="table">Where the shard stands.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="isStored">The answer proves that the shard reaches its store.</param>
    public void Answered(ShardTable table, Shard shard, bool isStored)
    {
        var isBetter = shard.ForgetFailures();
        if (isStored)
            isBetter |= shard.ForgetStoreFailures();
        if (isBetter && !shard.HasStoreFailures && shard.Destination.Health.Passive == DestinationHealth.Unhealthy)
            Set(table, shard, DestinationHealth.Healthy);
    }

    /// <summary>Takes note of a 503 <c>unavailable</c>: another shard may reach the store that this one does not.</summary>
    public void Unavailable(ShardTable table, Shard shard)
    {
        if (shard.CountStoreFailure() >= configuration.Current.FailuresToUnhealthy)
            Set(table, shard, DestinationHealth.Unhealthy);
    }

    /// <summary>Takes note of a request without an answer.</summary>
    /// <param name="table">Where the shard stands.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="isRefused">Nobody listens there; else a single slow or lost request must not cost the shard all its spaces.</param>
    public void Unanswered(ShardTable table, Shard shard, bool isRefused)
    {
        if (shard.CountFailure() >= configuration.Current.FailuresToUnhealthy || isRefused)
            Set(table, shard, DestinationHealth.Unhealthy);
    }

    void Set(ShardTable table, Shard shard, DestinationHealth health) =>
        updater.SetPassive(table.Cluster, shard.Destination, health, configuration.Current.AvoidFor);
}
