namespace DaprMemory.Core.Search;

/// <summary>A query as an index understands it.</summary>
/// <param name="Terms">Its words that stand in the index.</param>
/// <param name="Authors">The agents that it names.</param>
/// <param name="Times">The times that it names.</param>
/// <param name="AsksWhen">Whether it asks for a time.</param>
/// <param name="AsksName">Whether it asks for somebody or something with a name.</param>
internal sealed record Question(
    IReadOnlyList<QueryTerm> Terms, IReadOnlyList<string> Authors, IReadOnlyList<TimeExpression> Times, bool AsksWhen, bool AsksName)
{
    public static Question Read(MemoryQuery query, SearchOptions options, Vocabulary vocabulary, AuthorDirectory authors)
    {
        var text = Tokenizer.Read(query.Text);
        var tokens = text.Tokens;
        var mentions = authors.FindIn(text);
        var terms = new List<QueryTerm>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < tokens.Count; i++)
        {
            var word = tokens[i].Word;
            if (!seen.Add(PorterStemmer.Stem(word)))
                continue;
            var isName = mentions.Exists(m => i >= m.Start && i < m.Start + m.Length);
            var isFunctionWord = !isName && Language.IsFunctionWord(word);
            var weight = isFunctionWord ? (float)options.FunctionWordWeight : 1;
            var ids = Find(word, vocabulary);
            if (ids.Length == 0)
                (ids, weight) = (vocabulary.FindNear(PorterStemmer.Stem(word)), weight * (float)options.RepairedWordWeight);
            if (ids.Length > 0)
                terms.Add(new QueryTerm(ids, weight, isName, isFunctionWord));
        }
        return new Question(
            terms,
            [.. mentions.Select(m => m.Agent).Distinct(StringComparer.Ordinal)],
            TimeExpressions.Find(text, DateOnly.FromDateTime(query.Now.UtcDateTime)),
            AsksForTime(tokens),
            tokens.Any(t => t.Word is "who" or "whom" or "whose" or "which" or "name" or "names" or "named" or "called"));
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
    static int[] Find(string word, Vocabulary vocabulary)
    {
        var stem = PorterStemmer.Stem(word);
        var hasStem = vocabulary.TryGet(stem, out int stemId);
        if (stem != word && vocabulary.TryGet(word, out int wordId))
            return hasStem ? [stemId, wordId] : [wordId];
        return hasStem ? [stemId] : [];
    }
}
