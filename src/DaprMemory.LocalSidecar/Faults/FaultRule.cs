namespace DaprMemory.LocalSidecar.Faults;

/// <summary>When a fault happens, and which.</summary>
/// <param name="Effect">What it does.</param>
public sealed record FaultRule(FaultEffect Effect)
{
    /// <summary>What it befalls; empty: all that its effect is made for.</summary>
    public IReadOnlyList<FaultTarget> Targets { get; init; } = [];

    /// <summary>Befalls only what has a key (as stored, or a topic) that contains this; null: any.</summary>
    public string? KeyContains { get; init; }

    /// <summary>The share of what matches that it befalls.</summary>
    /// <value>0 to 1. Default: 1.</value>
    public double Probability { get; init; } = 1;

    /// <summary>How many times it happens; null: without end.</summary>
    public int? Count { get; init; }

    /// <summary>How long <see cref="FaultEffect.Delay"/> waits, and <see cref="FaultEffect.Reorder"/> at most.</summary>
    /// <value>Milliseconds. Default: 0; of a reorder that is 1,000.</value>
    public int DelayMilliseconds { get; init; }

    /// <summary>Whether the effect is made for a target: events have effects of their own, and share only the delay.</summary>
    internal bool Suits(FaultTarget target) =>
        Effect == FaultEffect.Delay || (target == FaultTarget.Delivery) == Effect is FaultEffect.Lose or FaultEffect.Duplicate or FaultEffect.Reorder;
}
