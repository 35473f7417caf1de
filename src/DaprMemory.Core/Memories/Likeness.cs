using DaprMemory.Core.Search;

namespace DaprMemory.Core.Memories;

/// <summary>Tells how much other texts are like one.</summary>
internal sealed class Likeness(string text)
{
    readonly HashSet<string> _words = Tokenizer.Read(text).Tokens.Select(token => token.Word).ToHashSet(StringComparer.Ordinal);

    /// <summary>Its words, each once.</summary>
    public IReadOnlyCollection<string> Words => _words;

    /// <summary>The share of the words of both that both have; none if they differ in a number, which is what matters then.</summary>
    public double To(Likeness other)
    {
        var common = other._words.Count(_words.Contains);
        var all = other._words.Count + _words.Count - common;
        return all == 0 || other._words.Any(word => IsNumber(word) && !_words.Contains(word)) || _words.Any(word => IsNumber(word) && !other._words.Contains(word))
            ? 0
            : (double)common / all;
    }

    static bool IsNumber(string word) => word.Any(char.IsDigit);
}
