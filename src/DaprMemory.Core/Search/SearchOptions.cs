using System.ComponentModel.DataAnnotations;

namespace DaprMemory.Core.Search;

/// <summary>How an index weighs words, neighbours and signals.</summary>
public sealed record SearchOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Search";

    /// <summary>How many turns before, and behind, may lend their words.</summary>
    public const int MaxTurns = 8;

    /// <summary>How late a word that stands often in a text ceases to count more (BM25's k1).</summary>
    /// <value>Default 0.8.</value>
    [Range(0.0, 10.0)]
    public double Saturation { get; init; } = 0.8;

    /// <summary>How much longer texts are held back (BM25's b), from 0 to 1.</summary>
    /// <value>Default 0.6.</value>
    [Range(0.0, 1.0)]
    public double LengthNormalization { get; init; } = 0.6;

    /// <summary>How much a function word of the query ("what", "did", "the") counts beside any other, from 0 to 1.</summary>
    /// <value>Default 0.25.</value>
    [Range(0.0, 1.0)]
    public double FunctionWordWeight { get; init; } = 0.25;

    /// <summary>How much the words of the index that stand for a misspelled one count, from 0 to 1.</summary>
    /// <value>Default 0.75.</value>
    [Range(0.0, 1.0)]
    public double RepairedWordWeight { get; init; } = 0.75;

    /// <summary>How much of their words the turns before lend to a turn, the nearest first.</summary>
    /// <value>Each from 0 to 1, in steps of 1/256. Default 0.8, 0.4, 0.2.</value>
    public IReadOnlyList<double> FromTurnsBefore { get; init; } = [0.8, 0.4, 0.2];

    /// <summary>How much of their words the turns behind lend to a turn, the nearest first.</summary>
    /// <value>Each from 0 to 1, in steps of 1/256. Default 0.3, 0.2, 0.1.</value>
    public IReadOnlyList<double> FromTurnsBehind { get; init; } = [0.3, 0.2, 0.1];

    /// <summary>How much each signal counts.</summary>
    public SearchWeights Weights { get; init; } = new();

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, shares) in new[] { (nameof(FromTurnsBefore), FromTurnsBefore), (nameof(FromTurnsBehind), FromTurnsBehind) })
        {
            if (shares.Count > MaxTurns || shares.Any(share => share is not (>= 0 and <= 1)))
                yield return new ValidationResult($"{name} takes up to {MaxTurns} numbers, each from 0 to 1.", [name]);
        }
        if (Weights.ToArray().Append(Weights.Bias).Any(weight => !(Math.Abs(weight) <= SearchWeights.Largest)))
            yield return new ValidationResult($"{nameof(Weights)} are numbers from -{SearchWeights.Largest} to {SearchWeights.Largest}.", [nameof(Weights)]);
    }
}
