namespace DaprMemory.Core.Search;

/// <summary>How much each signal counts.</summary>
public sealed record SearchWeights
{
    /// <summary>The weights in the order of <see cref="SearchSignal"/>.</summary>
    public float[] Values { get; init; } = [5, 0, 0.5f, 1, 1, 1, 0.5f, 0.3f, -0.5f, 0.5f, 0, 0, 0, 0, 1];

    /// <summary>What is added to the sum before it becomes a score.</summary>
    public double Bias { get; init; } = -4;
}
