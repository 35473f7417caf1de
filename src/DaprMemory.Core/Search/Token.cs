namespace DaprMemory.Core.Search;

/// <summary>A word of a text.</summary>
/// <param name="Word">In lower case, folded, without its possessive; not stemmed.</param>
/// <param name="Start">Where in the text it begins.</param>
/// <param name="End">Where in the text it ends, its possessive included.</param>
/// <param name="IsCapitalised">Whether it began with a capital.</param>
/// <param name="OpensSentence">Whether a sentence begins with it, so that its capital says nothing.</param>
internal readonly record struct Token(string Word, int Start, int End, bool IsCapitalised, bool OpensSentence);
