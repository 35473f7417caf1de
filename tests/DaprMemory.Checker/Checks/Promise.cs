namespace DaprMemory.Checker.Checks;

/// <summary>What a history is checked for.</summary>
public enum Promise
{
    /// <summary>Writes and strong reads take effect at one instant between their begin and end.</summary>
    Linearizability,

    /// <summary>A client reads nothing older than its own acknowledged writes.</summary>
    ReadYourWrites,

    /// <summary>A client reads nothing older than it was shown before.</summary>
    MonotonicReads,

    /// <summary>A client's write comes after all that the client wrote or was shown before.</summary>
    MonotonicWrites,

    /// <summary>A causal read shows all that the client depends on, in every space.</summary>
    CausalOrder,

    /// <summary>An eventual read lags behind by no more than the bound.</summary>
    BoundedStaleness,

    /// <summary>An answer shows each record as it stood at the version that the answer names.</summary>
    Snapshot,

    /// <summary>Turns are numbered in the order in which they were appended, those of one append one behind the other.</summary>
    TurnOrder,

    /// <summary>What was acknowledged stays.</summary>
    NothingLost,

    /// <summary>What was written once takes effect once.</summary>
    NothingDoubled,

    /// <summary>What was deleted does not return.</summary>
    NothingResurrected,

    /// <summary>Nothing is shown, and nothing stands in the log, that was never written or was refused.</summary>
    NothingPhantom,
}
