namespace DaprMemory.Core.Search;

/// <summary>The words of a text, in order.</summary>
/// <param name="Text">The text in Unicode's compatibility form; where a word begins and ends is told for this one.</param>
/// <param name="Tokens">The words.</param>
/// <param name="Sentences">How many sentences it has.</param>
/// <param name="Questions">How many of these are questions.</param>
internal sealed record TokenizedText(string Text, IReadOnlyList<Token> Tokens, int Sentences, int Questions);
