namespace DaprMemory.Service.Requests;

/// <summary>What a call does with its space, as metrics tell calls apart.</summary>
internal enum CallKind
{
    /// <summary>It reads.</summary>
    Read,

    /// <summary>It changes something.</summary>
    Write,

    /// <summary>It reads for as long as the client likes, so that its time tells nothing.</summary>
    Stream,
}
