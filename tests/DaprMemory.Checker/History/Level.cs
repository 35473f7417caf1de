namespace DaprMemory.Checker.History;

/// <summary>What a call was promised, weakest first.</summary>
public enum Level
{
    /// <summary>Bounded staleness.</summary>
    Eventual,

    /// <summary>Read your writes, monotonic reads.</summary>
    Session,

    /// <summary>All that the client's token depends on, in every space.</summary>
    Causal,

    /// <summary>Linearizable.</summary>
    Strong,
}
