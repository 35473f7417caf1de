using DaprMemory.Checker.History;

namespace DaprMemory.Cli.Torture;

/// <summary>A call that a client is to make.</summary>
/// <param name="Intent">What is asked.</param>
internal sealed record PlannedCall(Operation Intent)
{
    /// <summary>Of a read of several keys: which.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Whether it is about memories.</summary>
    public bool IsOfMemories => Intent.Kind == OperationKind.Search || Cast.IsMemory(Keys is [var first, ..] ? first : Intent.Key);

    /// <summary>Of two ways to ask for the same: of several keys, the list of all, with ETags, rather than their values; of turns, a page rather than the last.</summary>
    public bool IsList { get; init; }

    /// <summary>The shard that is asked first, whether it owns the space or not; null: the router decides.</summary>
    public int? Shard { get; init; }
}
