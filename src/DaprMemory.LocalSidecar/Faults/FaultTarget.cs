namespace DaprMemory.LocalSidecar.Faults;

/// <summary>What a fault can befall.</summary>
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

    /// <summary>Publish, of one or many. The key is <c>{pub/sub name}/{topic}</c>.</summary>
    Publish,

    /// <summary>The delivery of one event to the app, with the effects that are made for events. The key is <c>{pub/sub name}/{topic}</c>.</summary>
    Delivery,
}
