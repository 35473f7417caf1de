namespace DaprMemory.Checker.History;

/// <summary>What a call does.</summary>
public enum OperationKind
{
    /// <summary>Reads one key.</summary>
    Read,

    /// <summary>Reads several keys at one version: a list, or any answer that shows more than one record.</summary>
    MultiRead,

    /// <summary>Sets a key; with a precondition it is a compare-and-set.</summary>
    Put,

    /// <summary>Deletes a key; the record must exist.</summary>
    Delete,
}
