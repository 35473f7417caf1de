namespace DaprMemory.Checker.History;

/// <summary>How a call ended.</summary>
public enum Outcome
{
    /// <summary>No answer, or one that says so: a write may have taken effect, or may still do so at any later time.</summary>
    Unknown,

    /// <summary>It took effect, or the value was read.</summary>
    Ok,

    /// <summary>There was no such record: the answer of a read, or of a delete, which then changed nothing.</summary>
    NotFound,

    /// <summary>The precondition did not hold; nothing was changed.</summary>
    PreconditionFailed,

    /// <summary>Refused for a reason that says nothing of the record; certainly nothing was changed.</summary>
    Failed,
}
