namespace DaprMemory.Core.Search;

/// <summary>
/// BM25 over what a memory says together with what its neighbours lend it, and over whole conversations. What neighbours lend is spread
/// while searching, so that a change touches one memory's postings only.
/// </summary>
internal sealed class LexicalScorer(SearchOptions options, NeighbourWeights weights, MemoryTable table, Vocabulary vocabulary)
{
    readonly float _k1 = (float)options.Saturation;
    readonly float _b = (float)options.LengthNormalization;

    /// <summary>Adds up how well the terms fit, as shares of what their rarity allows.</summary>
    public void Score(IReadOnlyList<QueryTerm> terms, SearchScratch scratch)
    {
        // Who speaks in a conversation is seldom named in it; a memory outside of one names whom it is about.
        var onlyNames = terms.All(t => t.IsName);
        float all = 0, withoutNames = 0;
        foreach (var term in terms)
        {
            var rarity = Rarity(term);
            all += rarity;
            withoutNames += term.IsName && !onlyNames ? 0 : rarity;
        }
        // Function words find nobody by themselves unless the query has no others.
        var onlyFunctionWords = terms.All(t => t.IsFunctionWord);
        foreach (var term in terms.OrderBy(t => t.IsFunctionWord))
        {
            Spread(term, scratch);
            var inConversations = term.IsName && !onlyNames ? 0 : 1 / withoutNames;
            AddWords(Rarity(term), inConversations, 1 / all, finds: onlyFunctionWords || !term.IsFunctionWord, scratch);
            AddConversations(term.Weight, inConversations, scratch);
        }
    }

    /// <summary>What words that stand nowhere in the index take of the rarity of all words of a query.</summary>
    public float ShareUnknown(Question question)
    {
        if (question.Unknown == 0)
            return 0;
        var unknown = question.Unknown * Rarity(0, table.Count);
        return unknown / (unknown + question.Terms.Where(term => !term.IsFunctionWord).Sum(Rarity));
    }

    static float Rarity(int holders, int total) => MathF.Log(1 + (total - holders + 0.5f) / (holders + 0.5f));

    float Rarity(QueryTerm term)
    {
        var holders = 0;
        foreach (var id in term.Terms)
            holders += vocabulary[id].Count;
        return term.Weight * Rarity(Math.Min(holders, table.Count), table.Count);
    }

    void Spread(QueryTerm term, SearchScratch scratch)
    {
        var conversationOf = table.ConversationOf;
        foreach (var id in term.Terms)
        {
            foreach (var (slot, times) in vocabulary[id].Items)
            {
                scratch.Times.Add(slot, times * NeighbourWeights.Own);
                // A turn lends to those behind it what they take from before, and the other way round.
                Lend(slot, times, table.Behind, weights.Before, scratch);
                Lend(slot, times, table.Before, weights.Behind, scratch);
                if (conversationOf[slot] is >= 0 and var number)
                    scratch.ConversationTimes.Add(number, times);
            }
        }
    }

    static void Lend(int slot, int times, ReadOnlySpan<int> side, int[] shares, SearchScratch scratch)
    {
        var neighbour = side[slot];
        for (var i = 0; i < shares.Length && neighbour >= 0; i++, neighbour = side[neighbour])
            scratch.Times.Add(neighbour, times * shares[i]);
    }

    void AddWords(float rarity, float inConversations, float outside, bool finds, SearchScratch scratch)
    {
        var average = (float)table.TotalWords / table.Count;
        var words = table.Words;
        var conversationOf = table.ConversationOf;
        foreach (var slot in scratch.Times.Touched)
        {
            var share = rarity * (conversationOf[slot] < 0 ? outside : inConversations);
            if (share > 0 && (finds || scratch.IsCandidate(slot)))
                scratch.AddWords(slot, share * Saturate((float)scratch.Times[slot] / NeighbourWeights.Own, words[slot] / average));
        }
        scratch.Times.Clear();
    }

    void AddConversations(float weight, float share, SearchScratch scratch)
    {
        share *= weight * Rarity(scratch.ConversationTimes.Touched.Length, table.Conversations);
        var average = (float)table.TotalConversationWords / Math.Max(1, table.Conversations);
        foreach (var number in scratch.ConversationTimes.Touched)
        {
            if (share > 0)
                scratch.AddConversation(number, share * Saturate(scratch.ConversationTimes[number], table.GetConversation(number).Words / average));
        }
        scratch.ConversationTimes.Clear();
    }

    float Saturate(float times, float relativeLength) => times * (_k1 + 1) / (times + _k1 * (1 - _b + _b * relativeLength));
}
