namespace DaprMemory.Core.Spaces;

/// <summary>What a read is promised.</summary>
public enum ConsistencyLevel
{
    /// <summary>Read your writes, monotonic reads: the view holds at least the version the client has seen.</summary>
    Session,

    /// <summary>Linearizable: the view is checked against the log after the request began.</summary>
    Strong,
}
