namespace DaprMemory.LocalSidecar.Faults;

/// <summary>When a fault happens, and which.</summary>
/// <param name="Effect">What it does.</param>
public sealed record FaultRule(FaultEffect Effect)
{
    /// <summary>The requests that it befalls; empty: all.</summary>
    public IReadOnlyList<FaultTarget> Targets { get; init; } = [];

    /// <summary>Befalls only requests with a key (as stored) that contains this; null: any.</summary>
    public string? KeyContains { get; init; }

    /// <summary>The share of matching requests that it befalls.</summary>
    /// <value>0 to 1. Default: 1.</value>
    public double Probability { get; init; } = 1;

    /// <summary>How many times it happens; null: without end.</summary>
    public int? Count { get; init; }

    /// <summary>How long <see cref="FaultEffect.Delay"/> waits.</summary>
    /// <value>Milliseconds. Default: 0.</value>
    public int DelayMilliseconds { get; init; }
}
