namespace DaprMemory.Core.Search;

/// <summary>
/// How much each signal counts. The weighted sum is the logarithm of the odds that a memory answers: a hit's score is the probability that
/// comes of it. What <see cref="WeightFitting"/> makes.
/// </summary>
public sealed record SearchWeights
{
    /// <summary>The largest weight, either way: with more, scores would be 0 and 1.</summary>
    public const int Largest = 1000;

    /// <summary>The odds of a memory for which nothing speaks.</summary>
    /// <value>A natural logarithm. Default -10.9.</value>
    public float Bias { get; init; } = -10.9f;

    /// <summary>Of <see cref="SearchSignal.Words"/>.</summary>
    public float Words { get; init; } = 4.6f;

    /// <summary>Of <see cref="SearchSignal.Conversation"/>.</summary>
    public float Conversation { get; init; } = 3.6f;

    /// <summary>Of <see cref="SearchSignal.Author"/>.</summary>
    public float Author { get; init; } = 1.7f;

    /// <summary>Of <see cref="SearchSignal.TimeSaid"/>.</summary>
    public float TimeSaid { get; init; } = 3.3f;

    /// <summary>Of <see cref="SearchSignal.TimeTold"/>.</summary>
    public float TimeTold { get; init; } = 1.05f;

    /// <summary>Of <see cref="SearchSignal.TimeAsked"/>.</summary>
    public float TimeAsked { get; init; } = 1.15f;

    /// <summary>Of <see cref="SearchSignal.NameAsked"/>.</summary>
    public float NameAsked { get; init; } = 1.1f;

    /// <summary>Of <see cref="SearchSignal.Questions"/>.</summary>
    public float Questions { get; init; } = -1.15f;

    /// <summary>Of <see cref="SearchSignal.Length"/>.</summary>
    public float Length { get; init; } = 1.6f;

    /// <summary>Of <see cref="SearchSignal.Vector"/>.</summary>
    public float Vector { get; init; } = 0.25f;

    /// <summary>Of <see cref="SearchSignal.VectorAround"/>.</summary>
    public float VectorAround { get; init; } = 0.22f;

    /// <summary>Of <see cref="SearchSignal.Recency"/>.</summary>
    public float Recency { get; init; } = 0.05f;

    /// <summary>Of <see cref="SearchSignal.Importance"/>.</summary>
    public float Importance { get; init; } = 0.5f;

    /// <summary>Of <see cref="SearchSignal.Links"/>.</summary>
    public float Links { get; init; } = 0.7f;

    /// <summary>The weights in the order of <see cref="SearchSignal"/>.</summary>
    public float[] ToArray() =>
    [
        Words, Conversation, Author, TimeSaid, TimeTold, TimeAsked, NameAsked, Questions, Length, Vector, VectorAround, Recency, Importance, Links,
    ];

    /// <summary>The weights of an array in the order of <see cref="SearchSignal"/>.</summary>
    public static SearchWeights FromArray(ReadOnlySpan<float> weights, float bias) => new()
    {
        Bias = bias,
        Words = weights[(int)SearchSignal.Words],
        Conversation = weights[(int)SearchSignal.Conversation],
        Author = weights[(int)SearchSignal.Author],
        TimeSaid = weights[(int)SearchSignal.TimeSaid],
        TimeTold = weights[(int)SearchSignal.TimeTold],
        TimeAsked = weights[(int)SearchSignal.TimeAsked],
        NameAsked = weights[(int)SearchSignal.NameAsked],
        Questions = weights[(int)SearchSignal.Questions],
        Length = weights[(int)SearchSignal.Length],
        Vector = weights[(int)SearchSignal.Vector],
        VectorAround = weights[(int)SearchSignal.VectorAround],
        Recency = weights[(int)SearchSignal.Recency],
        Importance = weights[(int)SearchSignal.Importance],
        Links = weights[(int)SearchSignal.Links],
    };
}
