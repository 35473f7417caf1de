using DaprMemory.Router.Ring;
using Yarp.ReverseProxy.Model;

namespace DaprMemory.Router.Shards;

/// <summary>The shards and their ring at one moment. A request keeps the table it began with.</summary>
internal sealed class ShardTable
{
    const int StackShards = 256;

    public ShardTable(ClusterState cluster)
    {
        Cluster = cluster;
        var byId = cluster.Destinations.Values.OrderBy(destination => destination.DestinationId, StringComparer.Ordinal);
        Shards = [.. byId.Select(destination => new Shard(destination))];
        Ring = new HashRing([.. Shards.Select(shard => shard.Id)]);
    }

    public ClusterState Cluster { get; }

    /// <summary>The shards, each at its number on the ring.</summary>
    public IReadOnlyList<Shard> Shards { get; }

    public HashRing Ring { get; }

    /// <summary>
    /// Chooses the next shard for a request: along the ring, available ones of the home zone first, then other available ones, then
    /// those that seem to be down, because a probe may be wrong and nothing is lost by asking.
    /// </summary>
    /// <param name="place">The space's place on the ring.</param>
    /// <param name="zone">The tenant's home zone, if it has one.</param>
    /// <param name="tried">Shards that did not answer this request.</param>
    /// <returns>Null when all have been tried.</returns>
    public Shard? Choose(ulong place, string? zone, List<Shard>? tried)
    {
        var order = Shards.Count <= StackShards ? stackalloc int[StackShards] : new int[Shards.Count];
        Shard? best = null;
        var bestRank = int.MaxValue;
        foreach (var number in order[..Ring.Walk(place, order)])
        {
            var shard = Shards[number];
            if (tried is not null && tried.Contains(shard))
                continue;
            var rank = (shard.IsAvailable ? 0 : 2) + (zone is null || shard.Zone == zone ? 0 : 1);
            if (rank >= bestRank)
                continue;
            (best, bestRank) = (shard, rank);
            if (rank == 0)
                break;
        }
        return best;
    }
}
