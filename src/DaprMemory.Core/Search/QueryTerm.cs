namespace DaprMemory.Core.Search;

/// <summary>A word of a query, as the terms of the index that it may stand for.</summary>
/// <param name="Terms">Their numbers.</param>
/// <param name="Weight">How much it counts, from 0 to 1.</param>
/// <param name="IsName">Whether it names an author.</param>
/// <param name="IsFunctionWord">Whether it says nothing by itself.</param>
internal readonly record struct QueryTerm(int[] Terms, float Weight, bool IsName, bool IsFunctionWord);
