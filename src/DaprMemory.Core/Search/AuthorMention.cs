namespace DaprMemory.Core.Search;

/// <summary>Where a question names an author.</summary>
/// <param name="Agent">The author.</param>
/// <param name="Start">The first word that names it.</param>
/// <param name="Length">How many words do.</param>
internal readonly record struct AuthorMention(string Agent, int Start, int Length);
