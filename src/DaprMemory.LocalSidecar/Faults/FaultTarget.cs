namespace DaprMemory.LocalSidecar.Faults;

/// <summary>The state requests that a fault can befall.</summary>
public enum FaultTarget
{
    /// <summary>Save, of one or many.</summary>
    Save,

    /// <summary>Get of one key.</summary>
    Get,

    /// <summary>Bulk get.</summary>
    BulkGet,

    /// <summary>Delete.</summary>
    Delete,

    /// <summary>Transaction.</summary>
    Transaction,
}
