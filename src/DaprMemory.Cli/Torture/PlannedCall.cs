using DaprMemory.Checker.History;

namespace DaprMemory.Cli.Torture;

/// <summary>A call that a client is to make.</summary>
/// <param name="Intent">What is asked.</param>
internal sealed record PlannedCall(Operation Intent)
{
    /// <summary>Of a read of several keys: which.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Whether a read of several keys asks for the list of all, with ETags, rather than for their values.</summary>
    public bool IsList { get; init; }

    /// <summary>The shard that is asked first, whether it owns the space or not; null: the router decides.</summary>
    public int? Shard { get; init; }
}
