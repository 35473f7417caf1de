using DaprMemory.Router.Ring;
using Yarp.ReverseProxy.Model;

namespace DaprMemory.Router.Shards;

/// <summary>What <c>GET /cluster</c> shows.</summary>
/// <param name="Shards">The shards, by name.</param>
/// <param name="VirtualNodes">How many points each shard has on the ring.</param>
internal sealed record ClusterPage(IReadOnlyList<ClusterPage.Row> Shards, int VirtualNodes)
{
    public static ClusterPage Of(ShardTable table)
    {
        var shares = table.Ring.Shares();
        return new([.. table.Shards.Select((shard, number) => Row.Of(shard, shares[number]))], HashRing.VirtualNodes);
    }

    /// <summary>One shard.</summary>
    /// <param name="Id">Its name.</param>
    /// <param name="Address">Where requests go.</param>
    /// <param name="Zone">Its zone.</param>
    /// <param name="Health">Unhealthy if probes or requests say so; healthy if probes do.</param>
    /// <param name="Active">What probes say.</param>
    /// <param name="Passive">What requests say.</param>
    /// <param name="Share">Its part of the ring, 0 to 1.</param>
    internal sealed record Row(string Id, string Address, string? Zone, string Health, string Active, string Passive, double Share)
    {
        public static Row Of(Shard shard, double share)
        {
            var active = Say(shard.Destination.Health.Active);
            return new(
                shard.Id,
                shard.Address,
                shard.Zone,
                shard.IsAvailable ? active : Say(DestinationHealth.Unhealthy),
                active,
                Say(shard.Destination.Health.Passive),
                share);
        }

        static string Say(DestinationHealth health) => health switch
        {
            DestinationHealth.Healthy => "healthy",
            DestinationHealth.Unhealthy => "unhealthy",
            _ => "unknown",
        };
    }
}
