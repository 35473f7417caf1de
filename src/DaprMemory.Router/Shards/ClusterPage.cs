using DaprMemory.Router.Ring;
using Yarp.ReverseProxy.Model;

namespace DaprMemory.Router.Shards;

/// <summary>What <c>GET /cluster</c> shows.</summary>
/// <param name="Shards">The shards, by name.</param>
/// <param name="VirtualNodes">How many points each shard has on the ring.</param>
/// <param name="Zone">The router's own zone.</param>
internal sealed record ClusterPage(IReadOnlyList<ClusterPage.Row> Shards, int VirtualNodes, string? Zone)
{
    public static ClusterPage Of(ShardTable table, string? zone) =>
        new([.. table.Shards.Select((shard, number) => Row.Of(shard, table.Shares[number]))], HashRing.VirtualNodes, zone);

    /// <summary>One shard.</summary>
    /// <param name="Id">Its name.</param>
    /// <param name="Address">Where requests go.</param>
    /// <param name="Zone">Its zone.</param>
    /// <param name="Health">Unhealthy if probes or requests say so; healthy if probes do.</param>
    /// <param name="Active">What probes say.</param>
    /// <param name="Passive">What requests say.</param>
    /// <param name="Drained">Whether it stands behind its successors because it is slow.</param>
    /// <param name="P99Ms">Its latency in milliseconds, if it has answered lately.</param>
    /// <param name="PeersP99Ms">The median of the other shards' <paramref name="P99Ms"/>, if known.</param>
    /// <param name="Near">Whether reads at level <c>eventual</c> may go to it.</param>
    /// <param name="InFlight">How many requests it has now.</param>
    /// <param name="Requests">How many it ever got from this router.</param>
    /// <param name="Failovers">How many of them were handed on.</param>
    /// <param name="Share">Its part of the ring, 0 to 1.</param>
    internal sealed record Row(
        string Id,
        string Address,
        string? Zone,
        string Health,
        string Active,
        string Passive,
        bool Drained,
        double? P99Ms,
        double? PeersP99Ms,
        bool Near,
        long InFlight,
        long Requests,
        long Failovers,
        double Share)
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
                shard.IsDrained,
                shard.Recent.Count > 0 ? shard.Recent.P99.TotalMilliseconds : null,
                shard.PeersP99?.TotalMilliseconds,
                shard.IsNear,
                shard.InFlight,
                shard.Requests,
                shard.Failovers,
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
