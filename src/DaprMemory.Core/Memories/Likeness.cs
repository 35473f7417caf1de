using DaprMemory.Core.Search;

namespace DaprMemory.Core.Memories;

/// <summary>Tells how much other texts are like one.</summary>
internal sealed class Likeness(string text)
{
    const int MaxQueryWords = 24;

    readonly HashSet<string> _words = WordsOf(text);

    /// <summary>What to search for to find texts that are like it: its longest words, which are its rarest.</summary>
    public string Query => string.Join(' ', _words.OrderByDescending(word => word.Length).ThenBy(word => word, StringComparer.Ordinal).Take(MaxQueryWords));

    /// <summary>The share of the words of both that both have; none if they differ in a number, which is what matters then.</summary>
    public double To(string other)
    {
        // Texts that have most of their words in common are about as long; the others need not be read.
        if (other.Length > 2 * text.Length + 16 || text.Length > 2 * other.Length + 16)
            return 0;
        var words = WordsOf(other);
        var common = words.Count(_words.Contains);
        var all = words.Count + _words.Count - common;
        return all == 0 || words.Any(IsMissingNumber(_words)) || _words.Any(IsMissingNumber(words)) ? 0 : (double)common / all;
    }

    static Func<string, bool> IsMissingNumber(HashSet<string> words) => word => word.Any(char.IsDigit) && !words.Contains(word);

    static HashSet<string> WordsOf(string text) => Tokenizer.Read(text).Tokens.Select(token => token.Word).ToHashSet(StringComparer.Ordinal);
}
