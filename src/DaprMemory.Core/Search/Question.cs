namespace DaprMemory.Core.Search;

/// <summary>A query as an index understands it.</summary>
/// <param name="Terms">Its words that stand in the index.</param>
/// <param name="Authors">The agents that it names.</param>
internal sealed record Question(IReadOnlyList<QueryTerm> Terms, IReadOnlyList<string> Authors)
{
    public static Question Read(string text, Vocabulary vocabulary, AuthorDirectory authors)
    {
        var tokens = Tokenizer.Read(text);
        var mentions = authors.FindIn(tokens);
        var terms = new List<QueryTerm>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < tokens.Tokens.Count; i++)
        {
            var word = tokens.Tokens[i].Word;
            if (!seen.Add(PorterStemmer.Stem(word)))
                continue;
            if (Find(word, vocabulary) is { Length: > 0 } ids)
                terms.Add(new QueryTerm(ids, mentions.Exists(m => i >= m.Start && i < m.Start + m.Length)));
        }
        return new Question(terms, [.. mentions.Select(m => m.Agent).Distinct()]);
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
