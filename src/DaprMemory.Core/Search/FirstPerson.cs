using System.Collections.Frozen;
using System.Text;

namespace DaprMemory.Core.Search;

/// <summary>
/// Asks a question about an author as that author would: "What did Ann buy?" becomes "What did I buy?". Who remembers says "I", and a
/// model finds the answer by what the two have in common.
/// </summary>
internal static class FirstPerson
{
    // Those whose form changes.
    static readonly FrozenDictionary<string, string> Auxiliaries =
        new Dictionary<string, string>(StringComparer.Ordinal) { ["does"] = "do", ["has"] = "have", ["is"] = "am" }.ToFrozenDictionary(StringComparer.Ordinal);

    static readonly FrozenDictionary<string, string> Pronouns = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["he"] = "I", ["she"] = "I", ["his"] = "my", ["her"] = "my", ["him"] = "me", ["himself"] = "myself", ["herself"] = "myself",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static readonly FrozenSet<string> Prepositions =
        new[] { "to", "for", "with", "by", "from", "about", "of", "at", "on", "in", "between" }
            .ToFrozenSet(StringComparer.Ordinal);

    public static string Rewrite(TokenizedText text, IReadOnlyList<AuthorMention> mentions)
    {
        var question = text.Text;
        var rewritten = new StringBuilder(question.Length);
        var (end, next) = (0, 0);
        for (var i = 0; i < text.Tokens.Count; i++)
        {
            var token = text.Tokens[i];
            var before = i > 0 ? text.Tokens[i - 1].Word : "";
            var last = token;
            string? word;
            if (next < mentions.Count && mentions[next].Start == i)
            {
                i += mentions[next++].Length - 1;
                last = text.Tokens[i];
                word = IsPossessive(question, last) ? "my" : Prepositions.Contains(before) ? "me" : "I";
            }
            else
            {
                var isBeforeSubject = next < mentions.Count && mentions[next] is var mention && mention.Start == i + 1 && !IsPossessive(question, text.Tokens[i + mention.Length]);
                word = isBeforeSubject ? Auxiliaries.GetValueOrDefault(token.Word) : next > 0 ? Pronouns.GetValueOrDefault(token.Word) : null;
                if (word is not null && token.IsCapitalised)
                    word = string.Concat(char.ToUpperInvariant(word[0]).ToString(), word.AsSpan(1));
            }
            if (word is null)
                continue;
            rewritten.Append(question, end, token.Start - end).Append(word);
            end = last.End;
        }
        return rewritten.Append(question, end, question.Length - end).ToString();
    }

    static bool IsPossessive(string question, Token token) => question.AsSpan(token.Start, token.End - token.Start).ContainsAny('\'', '’');
}
