namespace DaprMemory.Core.Search;

/// <summary>The words of a text, in order, and of how many sentences and questions it is.</summary>
internal sealed record TokenizedText(IReadOnlyList<Token> Tokens, int Sentences, int Questions);
