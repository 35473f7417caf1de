namespace DaprMemory.Checker.History;

/// <summary>What a client was told.</summary>
/// <param name="Outcome">How the call ended.</param>
/// <param name="ETag">The answer's ETag.</param>
/// <param name="Value">The value that a read was shown; a put keeps the one that it set.</param>
/// <param name="Version">The version that the answer names.</param>
/// <param name="Items">What a read of several keys was shown.</param>
/// <param name="Age">How old the answer says that its view may be, in nanoseconds; 0 if it does not say.</param>
public readonly record struct Answer(
    Outcome Outcome, Place? ETag = null, string? Value = null, long Version = 0, IReadOnlyList<ReadItem>? Items = null, long Age = 0)
{
    /// <summary>The turns that were shown, or, of an append, that were added, with their numbers.</summary>
    public IReadOnlyList<Turn>? Turns { get; init; }

    /// <summary>The number that a read of turns was told to be the newest.</summary>
    public long Newest { get; init; }
}
