namespace DaprMemory.Core.Search;

/// <summary>A word of a text.</summary>
/// <param name="Word">In lower case, folded, without its possessive; not stemmed.</param>
/// <param name="IsCapitalised">Whether it began with a capital.</param>
/// <param name="OpensSentence">Whether a sentence begins with it, so that its capital says nothing.</param>
internal readonly record struct Token(string Word, bool IsCapitalised, bool OpensSentence);
