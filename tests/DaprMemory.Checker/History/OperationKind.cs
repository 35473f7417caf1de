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

    /// <summary>Finds all of several keys at one version: what it does not show of them has no record.</summary>
    Search,

    /// <summary>Adds turns to the session that the key names, and begins it if there is none.</summary>
    Append,

    /// <summary>Reads turns of a session.</summary>
    ReadTurns,

    /// <summary>Ends a session; one that begins under its name later is another.</summary>
    DeleteSession,
}
