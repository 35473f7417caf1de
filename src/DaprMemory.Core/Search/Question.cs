namespace DaprMemory.Core.Search;

/// <summary>A query as an index understands it.</summary>
/// <param name="Terms">Its words that stand in the index.</param>
/// <param name="Authors">The agents that it names.</param>
/// <param name="Times">The times that it names.</param>
/// <param name="Unknown">How many of its words, function words aside, stand nowhere in the index and name no agent.</param>
/// <param name="AsksWhen">Whether it asks for a time.</param>
/// <param name="AsksName">Whether it asks for somebody or something with a name.</param>
internal sealed record Question(
    IReadOnlyList<QueryTerm> Terms, IReadOnlyList<string> Authors, IReadOnlyList<TimeExpression> Times, int Unknown, bool AsksWhen, bool AsksName)
{
    // A function word that stands in a greater share of the memories tells none from the others, and costs the most to look up.
    const double CommonShare = 0.2;

    // A whole text can be a query. What a search costs must have an end.
    const int MostTerms = 256;
    const int MostRepairs = 8;

    public static Question Read(MemoryQuery query, IndexContents index)
    {
        var text = Tokenizer.Read(query.Text);
        var mentions = index.Authors.FindIn(text);
        var (terms, unknown) = ReadTerms(text.Tokens, mentions, index);
        return new Question(
            terms,
            [.. mentions.Select(m => m.Agent).Distinct(StringComparer.Ordinal)],
            TimeExpressions.Find(text, DateOnly.FromDateTime(query.Now.UtcDateTime)),
            unknown,
            AsksForTime(text.Tokens),
            text.Tokens.Any(t => t.Word is "who" or "whom" or "whose" or "which" or "name" or "names" or "named" or "called"));
    }

    static (List<QueryTerm> Terms, int Unknown) ReadTerms(IReadOnlyList<Token> tokens, List<AuthorMention> mentions, IndexContents index)
    {
        var (options, vocabulary) = (index.Options, index.Vocabulary);
        var terms = new List<QueryTerm>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var (repairs, unknown) = (0, 0);
        for (var i = 0; i < tokens.Count && seen.Count < MostTerms; i++)
        {
            var word = tokens[i].Word;
            var stem = PorterStemmer.Stem(word);
            if (!seen.Add(stem))
                continue;
            var isName = mentions.Exists(m => i >= m.Start && i < m.Start + m.Length);
            var isFunctionWord = !isName && Language.IsFunctionWord(word);
            var weight = isFunctionWord ? (float)options.FunctionWordWeight : 1;
            var ids = Find(word, stem, vocabulary);
            if (ids.Length == 0 && repairs++ < MostRepairs)
                (ids, weight) = (vocabulary.FindNear(stem), (float)options.RepairedWordWeight);
            if (ids.Length > 0 && weight > 0)
                terms.Add(new QueryTerm(ids, weight, isName, isFunctionWord));
            else if (!isName && !isFunctionWord)
                unknown++;
        }
        if (terms.Exists(t => !t.IsFunctionWord))
            terms.RemoveAll(t => t.IsFunctionWord && t.Terms.Sum(id => vocabulary[id].Count) > index.Table.Count * CommonShare);
        return (terms, unknown);
    }

    // "when …", "what day …", "how long …".
    static bool AsksForTime(IReadOnlyList<Token> tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            var next = i + 1 < tokens.Count ? tokens[i + 1].Word : "";
            if (tokens[i].Word is "when"
                || tokens[i].Word is "what" or "which" && next is "day" or "date" or "week" or "month" or "year" or "time"
                || tokens[i].Word == "how" && next == "long")
                return true;
        }
        return false;
    }

    // A text whose language is not English was not stemmed, and a query is too short to tell its language.
    static int[] Find(string word, string stem, Vocabulary vocabulary)
    {
        var hasStem = vocabulary.TryGet(stem, out var stemId);
        if (stem != word && vocabulary.TryGet(word, out var wordId))
            return hasStem ? [stemId, wordId] : [wordId];
        return hasStem ? [stemId] : [];
    }
}
