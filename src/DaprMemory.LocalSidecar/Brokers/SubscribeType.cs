namespace DaprMemory.LocalSidecar.Brokers;

/// <summary>How the members of a consumer group share its messages; Pulsar's words.</summary>
internal enum SubscribeType
{
    /// <summary>Each message goes to the member with the least to do.</summary>
    Shared,

    /// <summary>As shared, but messages of one key go to one member as long as any of them is unsettled.</summary>
    KeyShared,

    /// <summary>The oldest member gets all. Pulsar's <c>exclusive</c> would refuse the others, which then try again: the same in effect.</summary>
    Failover,
}
