namespace DaprMemory.Core.Search;

/// <summary>What to find.</summary>
/// <param name="Text">The question, or words; the first 256 different words count.</param>
/// <param name="Now">The time of asking: what has expired by then is not found.</param>
public sealed record MemoryQuery(string Text, DateTimeOffset Now)
{
    /// <summary>How many to find unless somebody says.</summary>
    public const int DefaultLimit = 10;

    /// <summary>By what to find.</summary>
    public SearchMode Mode { get; init; } = SearchMode.Hybrid;

    /// <summary>The vector of the query, of unit length; null when there is no model: then <see cref="SearchMode.Hybrid"/> finds by words alone.</summary>
    public ReadOnlyMemory<float>? Vector { get; init; }

    /// <summary>Whether that vector is of the model before the one in use, and so finds by the vectors that are, too.</summary>
    public bool IsOfFormerModel { get; init; }

    /// <summary>Which memories may be found.</summary>
    public MemoryFilter Filter { get; init; } = MemoryFilter.None;

    /// <summary>How many to find at most.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>The least score of a hit, from 0 to 1.</summary>
    public double MinScore { get; init; }
}
