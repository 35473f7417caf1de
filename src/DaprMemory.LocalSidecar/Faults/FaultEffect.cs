namespace DaprMemory.LocalSidecar.Faults;

/// <summary>What a fault does to a state request.</summary>
public enum FaultEffect
{
    /// <summary>Answers 500; nothing was written or read.</summary>
    FailBefore,

    /// <summary>Answers 500 although the write took place.</summary>
    FailAfter,

    /// <summary>Waits before the request is carried out.</summary>
    Delay,

    /// <summary>Closes the connection without an answer; nothing was written.</summary>
    DropBefore,

    /// <summary>Closes the connection without an answer although the write took place.</summary>
    DropAfter,
}
