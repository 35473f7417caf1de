namespace DaprMemory.Core.State;

/// <summary>Where a value came from.</summary>
public enum ValueSource
{
    /// <summary>This node's memory.</summary>
    Cache,

    /// <summary>The hot store.</summary>
    Hot,

    /// <summary>The log in the strong store.</summary>
    Store,
}

/// <summary>A record's value.</summary>
/// <param name="Json">The JSON text as it was put, UTF-8. Shared: not to be changed.</param>
/// <param name="Source">Where it came from.</param>
public readonly record struct RecordValue(ReadOnlyMemory<byte> Json, ValueSource Source);
