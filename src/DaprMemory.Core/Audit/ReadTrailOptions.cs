namespace DaprMemory.Core.Audit;

/// <summary>How a node writes down what is read.</summary>
public sealed record ReadTrailOptions
{
    /// <summary>How many reads may wait; more are counted, and dropped.</summary>
    /// <value>Default 16,384.</value>
    public int MaxWaiting { get; init; } = 16 * 1024;

    /// <summary>How long reads are gathered before they are written.</summary>
    /// <value>Default 1 s.</value>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);
}
