namespace DaprMemory.Core.Search;

/// <summary>What a search found.</summary>
/// <param name="Hits">The memories, the best first.</param>
/// <param name="Mode">By what they were found: never <see cref="SearchMode.Hybrid"/> when no vectors took part.</param>
public sealed record MemorySearchResult(IReadOnlyList<MemoryHit> Hits, SearchMode Mode);
