using DaprMemory.Checker.Checks;
using DaprMemory.Checker.History;

namespace DaprMemory.Cli.Torture;

/// <summary>What a fault run was, and what the checker found in it.</summary>
internal sealed record TortureReport
{
    /// <summary>Everything that was called, and what was left.</summary>
    public required RecordedHistory History { get; init; }

    /// <summary>What the checker found.</summary>
    public required CheckReport Check { get; init; }

    /// <summary>The faults, in the order of their ends.</summary>
    public required IReadOnlyList<InjectedFault> Faults { get; init; }

    /// <summary>How long the clients called.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>How many calls were answered only after retries.</summary>
    public required long Retried { get; init; }

    /// <summary>How many answers were none that the API knows for such a call.</summary>
    public required long Unexpected { get; init; }

    /// <summary>Some of those.</summary>
    public required IReadOnlyCollection<string> UnexpectedExamples { get; init; }

    /// <summary>How spaces were served while a service was dead.</summary>
    public required Availability Availability { get; init; }

    /// <summary>Whether every promise was kept.</summary>
    public bool IsClean => Check.Violations.Count == 0 && Unexpected == 0;
}
