namespace DaprMemory.Core.Spaces;

/// <summary>What a read is promised, the weakest first; each level gives what those before it give.</summary>
public enum ConsistencyLevel
{
    /// <summary>Bounded staleness: what was the newest within the last seconds and versions, see <see cref="SpaceOptions.MaxStaleness"/>.</summary>
    Eventual,

    /// <summary>Read your writes, monotonic reads: the view holds at least the version the client has seen.</summary>
    Session,

    /// <summary>As session, and also what the client's token depends on by way of other spaces.</summary>
    Causal,

    /// <summary>Linearizable: the view is checked against the log after the request began.</summary>
    Strong,
}
