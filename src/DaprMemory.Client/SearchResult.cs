namespace DaprMemory.Client;

/// <summary>What a search found.</summary>
/// <param name="Version">The version that was searched.</param>
/// <param name="Mode">By what was searched: <c>hybrid</c>, <c>keyword</c> or <c>vector</c>; <c>keyword</c> when there are no vectors, whatever was asked for.</param>
/// <param name="Items">The memories, the best first.</param>
/// <param name="Model">The model that made the vectors; null when there is none.</param>
/// <param name="Backlog">How many memories have no vector yet.</param>
/// <param name="Left">How many more were found that the answer had no room for.</param>
public sealed record SearchResult(long Version, string Mode, IReadOnlyList<SearchHit> Items, string? Model = null, int Backlog = 0, int Left = 0);
