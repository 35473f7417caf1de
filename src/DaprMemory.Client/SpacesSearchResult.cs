namespace DaprMemory.Client;

/// <summary>What a search over several spaces found.</summary>
/// <param name="Items">The memories, the best first, each with its space.</param>
/// <param name="Spaces">The spaces that answered.</param>
/// <param name="Incomplete">The spaces that gave no answer; null when all did.</param>
/// <param name="Left">How many more were found that the answer had no room for.</param>
public sealed record SpacesSearchResult(
    IReadOnlyList<SearchHit> Items, IReadOnlyList<SearchedSpace> Spaces, IReadOnlyList<MissingSpace>? Incomplete = null, int Left = 0);
