namespace Dapr.Client;

/// <summary>How fresh a read, how replicated a write must be.</summary>
public enum ConsistencyMode
{
    /// <summary>Any replica will do.</summary>
    Eventual,

    /// <summary>The newest value; all replicas, or a quorum.</summary>
    Strong,
}
