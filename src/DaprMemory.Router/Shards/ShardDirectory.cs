using Yarp.ReverseProxy.Model;

namespace DaprMemory.Router.Shards;

/// <summary>
/// Holds the current <see cref="ShardTable"/>. It is built from YARP's own cluster when that has changed, so that the ring and the
/// destinations can't disagree.
/// </summary>
internal sealed class ShardDirectory : IClusterChangeListener
{
    volatile ShardTable? _current;

    public ShardTable Current => _current ?? throw new InvalidOperationException("YARP has not loaded the shards yet.");

    public void OnClusterAdded(ClusterState cluster) => _current = new ShardTable(cluster, _current);

    public void OnClusterChanged(ClusterState cluster) => _current = new ShardTable(cluster, _current);

    // The configuration always has the one cluster.
    public void OnClusterRemoved(ClusterState cluster)
    {
    }
}
