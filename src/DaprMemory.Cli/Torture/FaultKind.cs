namespace DaprMemory.Cli.Torture;

/// <summary>What a fault run does to the fleet.</summary>
internal enum FaultKind
{
    /// <summary>A service is killed and, after a moment, started again.</summary>
    ServiceKilled,

    /// <summary>A sidecar is killed and, after a moment, started again.</summary>
    SidecarKilled,

    /// <summary>A service stands still and then goes on as if nothing had been.</summary>
    ServiceHeld,

    /// <summary>A shard reaches the store no more: connections break, or nothing comes back.</summary>
    ShardCutOff,

    /// <summary>A sidecar fails, drops or delays state requests, before or after they take effect.</summary>
    StateFaults,

    /// <summary>A shard's hot store, where the turns are, fails, or is not reached at all. What it holds it keeps.</summary>
    HotStoreFaults,

    /// <summary>Events do not reach a shard, or twice, late, or in another order; or the shard can't publish its own.</summary>
    EventFaults,

    /// <summary>The ring loses a shard, which goes on living, and gets it back.</summary>
    ShardOffRing,
}
