namespace DaprMemory.Checker.History;

/// <summary>A run as its clients saw it, and what was left when it was over.</summary>
public sealed record RecordedHistory
{
    /// <summary>What the run can be repeated from.</summary>
    public long Seed { get; init; }

    /// <summary>The calls, in any order.</summary>
    public required IReadOnlyList<Operation> Operations { get; init; }

    /// <summary>Strong reads of all keys, begun when everything else had ended; empty if there were none.</summary>
    public IReadOnlyList<Operation> Final { get; init; } = [];

    /// <summary>The whole logs of all spaces, read after the final reads; null if they were not read.</summary>
    public IReadOnlyList<LogEntry>? Log { get; init; }
}
