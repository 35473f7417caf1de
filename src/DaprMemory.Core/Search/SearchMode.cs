namespace DaprMemory.Core.Search;

/// <summary>By what a search finds.</summary>
public enum SearchMode
{
    /// <summary>By words and by meaning.</summary>
    Hybrid,

    /// <summary>By words and what surrounds them.</summary>
    Keyword,

    /// <summary>By meaning alone.</summary>
    Vector,
}
