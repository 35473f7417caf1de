namespace DaprMemory.Core.Search;

/// <summary>How an index weighs words, neighbours and signals.</summary>
public sealed record SearchOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Search";

    /// <summary>How soon a word that stands often in a text counts no more (BM25's k1).</summary>
    /// <value>Default 0.8.</value>
    public double Saturation { get; init; } = 0.8;

    /// <summary>How much longer texts are held back (BM25's b), from 0 to 1.</summary>
    /// <value>Default 0.5.</value>
    public double LengthNormalization { get; init; } = 0.5;

    /// <summary>How much of their words the turns before lend to a turn, the nearest first.</summary>
    /// <value>Each from 0 to 1, in steps of 1/256. Default 0.8, 0.4.</value>
    public IReadOnlyList<double> FromTurnsBefore { get; init; } = [0.8, 0.4];

    /// <summary>How much of their words the turns behind lend to a turn, the nearest first.</summary>
    /// <value>Each from 0 to 1, in steps of 1/256. Default 0.2, 0.2.</value>
    public IReadOnlyList<double> FromTurnsBehind { get; init; } = [0.2, 0.2];

    /// <summary>How much each signal counts.</summary>
    public SearchWeights Weights { get; init; } = new();
}
