using System.Collections.Frozen;
using System.Text;

namespace DaprMemory.Core.Search;

/// <summary>
/// Asks a question about an author as that author would: "What did Ann buy?" becomes "What did I buy?". Who remembers says "I", and a
/// model finds the answer by what the two have in common.
/// </summary>
internal static class FirstPerson
{
    static readonly FrozenDictionary<string, string> Auxiliaries = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["does"] = "do", ["has"] = "have", ["is"] = "am", ["did"] = "did", ["do"] = "do", ["have"] = "have", ["had"] = "had", ["was"] = "was",
        ["can"] = "can", ["could"] = "could", ["will"] = "will", ["would"] = "would", ["should"] = "should", ["might"] = "might", ["may"] = "may",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static readonly FrozenDictionary<string, string> Pronouns = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["he"] = "I", ["she"] = "I", ["his"] = "my", ["her"] = "my", ["him"] = "me", ["himself"] = "myself", ["herself"] = "myself",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static readonly FrozenSet<string> Prepositions =
        new[] { "to", "for", "with", "by", "from", "about", "of", "at", "on", "in", "between" }
            .ToFrozenSet(StringComparer.Ordinal);

    public static string Rewrite(string question, TokenizedText text, IReadOnlyList<AuthorMention> mentions)
    {
        if (mentions.Count == 0)
            return question;
        var rewritten = new StringBuilder(question.Length);
        var end = 0;
        for (int i = 0, m = 0; i < text.Tokens.Count; i++)
        {
            var token = text.Tokens[i];
            var isMention = m < mentions.Count && mentions[m].Start == i;
            var last = isMention ? text.Tokens[i + mentions[m].Length - 1] : token;
            var replacement = isMention ? ForName(question, text.Tokens, i, last)
                : Auxiliaries.TryGetValue(token.Word, out var auxiliary) && m < mentions.Count && mentions[m].Start == i + 1 ? auxiliary
                : m > 0 ? Pronouns.GetValueOrDefault(token.Word) : null;
            if (isMention)
                i += mentions[m++].Length - 1;
            if (replacement is null)
                continue;
            rewritten.Append(question, end, token.Start - end).Append(token.IsCapitalised && !isMention ? Capitalise(replacement) : replacement);
            end = last.End;
        }
        return rewritten.Append(question, end, question.Length - end).ToString();
    }

    static string ForName(string question, IReadOnlyList<Token> tokens, int at, Token last) =>
        question.AsSpan(last.Start, last.End - last.Start).ContainsAny('\'', '’') ? "my"
        : at > 0 && Prepositions.Contains(tokens[at - 1].Word) ? "me"
        : "I";

    static string Capitalise(string word) => string.Concat(char.ToUpperInvariant(word[0]).ToString(), word.AsSpan(1));
}
