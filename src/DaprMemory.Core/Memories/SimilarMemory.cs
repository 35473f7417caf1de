using DaprMemory.Core.State;

namespace DaprMemory.Core.Memories;

/// <summary>A memory that is much like a text.</summary>
/// <param name="Id">The memory.</param>
/// <param name="ETag">Its last change.</param>
/// <param name="Score">How much, up to 1: the share of their words that both have.</param>
public readonly record struct SimilarMemory(string Id, ETag ETag, double Score)
{
    /// <summary>From where on two texts are near duplicates.</summary>
    public const double MinScore = 0.8;

    /// <summary>The most near duplicates of a text that are told.</summary>
    public const int MaxCount = 8;
}
