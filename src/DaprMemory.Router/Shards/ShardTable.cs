using DaprMemory.Router.Ring;
using Yarp.ReverseProxy.Model;

namespace DaprMemory.Router.Shards;

/// <summary>The shards and their ring at one moment. A request keeps the table it began with.</summary>
internal sealed class ShardTable
{
    const int StackShards = 256;

    /// <param name="cluster">The cluster, with its current destinations.</param>
    /// <param name="old">The table before: shards that have not changed keep what is known of them.</param>
    public ShardTable(ClusterState cluster, ShardTable? old)
    {
        Cluster = cluster;
        var byId = cluster.Destinations.Values.OrderBy(destination => destination.DestinationId, StringComparer.Ordinal);
        Shards = [.. byId.Select(destination => old?.Shards.FirstOrDefault(shard => shard.IsStill(destination)) ?? new Shard(destination))];
        Ring = new HashRing([.. Shards.Select(shard => shard.Id)]);
        Shares = Ring.Shares();
    }

    public ClusterState Cluster { get; }

    /// <summary>The shards, each at its number on the ring.</summary>
    public IReadOnlyList<Shard> Shards { get; }

    public HashRing Ring { get; }

    /// <summary>Each shard's exact share of the ring, 0 to 1.</summary>
    public IReadOnlyList<double> Shares { get; }

    /// <summary>
    /// Chooses the next shard for a request: along the ring, available ones of the home zone first, then other available ones, then
    /// drained ones, then those that seem to be down, because a probe may be wrong and nothing is lost by asking. Now and then a drained
    /// shard is chosen as if it were not, to see whether it has recovered.
    /// </summary>
    /// <param name="place">The space's place on the ring.</param>
    /// <param name="zone">The tenant's home zone, if it has one.</param>
    /// <param name="tried">Shards that did not answer this request.</param>
    /// <returns>Null when all have been tried.</returns>
    public Shard? Choose(ulong place, string? zone, List<Shard>? tried)
    {
        var order = Shards.Count <= StackShards ? stackalloc int[StackShards] : new int[Shards.Count];
        Shard? best = null;
        Shard? undrained = null;
        var bestRank = int.MaxValue;
        var undrainedRank = int.MaxValue;
        foreach (var number in order[..Ring.Walk(place, order)])
        {
            var shard = Shards[number];
            if (tried is not null && tried.Contains(shard))
                continue;
            var rank = (shard.IsAvailable ? 0 : 4) + (zone is null || shard.Zone == zone ? 0 : 1);
            if (rank < undrainedRank)
                (undrained, undrainedRank) = (shard, rank);
            rank += shard.IsDrained ? 2 : 0;
            if (rank < bestRank)
                (best, bestRank) = (shard, rank);
            if (rank == 0)
                break;
        }
        // A request that has failed once is no probe.
        return tried is null && undrained?.Drain?.TryProbe() == true ? undrained : best;
    }

    /// <summary>Chooses a shard that may answer from what it has: the first along the ring that is near, and well.</summary>
    /// <param name="place">The space's place on the ring.</param>
    public Shard? ChooseNear(ulong place)
    {
        var order = Shards.Count <= StackShards ? stackalloc int[StackShards] : new int[Shards.Count];
        foreach (var number in order[..Ring.Walk(place, order)])
        {
            if (Shards[number] is { IsNear: true, IsAvailable: true, IsDrained: false } shard)
                return shard;
        }
        return null;
    }
}
