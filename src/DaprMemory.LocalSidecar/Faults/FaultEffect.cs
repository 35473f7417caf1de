namespace DaprMemory.LocalSidecar.Faults;

/// <summary>What a fault does to a request or to the delivery of an event.</summary>
public enum FaultEffect
{
    /// <summary>Answers 500; nothing was written or read.</summary>
    FailBefore,

    /// <summary>Answers 500 although the write took place.</summary>
    FailAfter,

    /// <summary>Waits before the request is carried out, or before the event is delivered, while others pass it.</summary>
    Delay,

    /// <summary>Closes the connection without an answer; nothing was written.</summary>
    DropBefore,

    /// <summary>Closes the connection without an answer although the write took place.</summary>
    DropAfter,

    /// <summary>The event never reaches the app. Only of <see cref="FaultTarget.Delivery"/>, as those that follow.</summary>
    Lose,

    /// <summary>The event is delivered twice.</summary>
    Duplicate,

    /// <summary>The event is kept back until the next one has passed, or for a time limit.</summary>
    Reorder,
}
