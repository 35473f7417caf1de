namespace DaprMemory.Core.Search;

/// <summary>A word of a query, as the terms of the index that it may stand for.</summary>
/// <param name="Terms">Their numbers.</param>
/// <param name="IsName">Whether it names an author.</param>
internal readonly record struct QueryTerm(int[] Terms, bool IsName);
