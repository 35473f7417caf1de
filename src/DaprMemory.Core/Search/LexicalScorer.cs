namespace DaprMemory.Core.Search;

/// <summary>
/// BM25 over what a memory says together with what its neighbours lend it, and over whole conversations. What neighbours lend is spread
/// while searching, so that a change touches one memory's postings only.
/// </summary>
internal sealed class LexicalScorer(SearchOptions options, NeighbourWeights weights, MemoryTable table, Vocabulary vocabulary)
{
    readonly float _k1 = (float)options.Saturation;
    readonly float _b = (float)options.LengthNormalization;

    /// <summary>Adds up how well the terms fit, as shares of the best possible fit.</summary>
    public void Score(IReadOnlyList<QueryTerm> terms, SearchScratch scratch)
    {
        // Who speaks in a conversation is seldom named in it; a memory outside of one names whom it is about.
        float all = 0, withoutNames = 0;
        var onlyNames = terms.All(t => t.IsName);
        foreach (var term in terms)
        {
            var rarity = Rarity(CountPostings(term), table.Count);
            all += rarity;
            withoutNames += term.IsName && !onlyNames ? 0 : rarity;
        }
        foreach (var term in terms)
        {
            Spread(term, scratch);
            AddWords(term, term.IsName && !onlyNames, all, withoutNames, scratch);
        }
    }

    static float Rarity(int holders, int total) => MathF.Log(1 + (total - holders + 0.5f) / (holders + 0.5f));

    int CountPostings(QueryTerm term)
    {
        var count = 0;
        foreach (var id in term.Terms)
            count += vocabulary[id].Count;
        return Math.Min(count, table.Count);
    }

    void Spread(QueryTerm term, SearchScratch scratch)
    {
        var conversationOf = table.ConversationOf;
        foreach (var id in term.Terms)
        {
            foreach (var (slot, times) in vocabulary[id].Items)
            {
                Touch(slot, times * NeighbourWeights.Own, scratch);
                // A turn lends to those behind it what they take from before, and the other way round.
                Lend(slot, times, table.Behind, weights.Before, scratch);
                Lend(slot, times, table.Before, weights.Behind, scratch);
                if (conversationOf[slot] is >= 0 and var number)
                {
                    if (scratch.ConversationTimes[number] == 0)
                        scratch.TouchedConversations.Add(number);
                    scratch.ConversationTimes[number] += times;
                }
            }
        }
    }

    static void Lend(int slot, int times, ReadOnlySpan<int> side, int[] shares, SearchScratch scratch)
    {
        var neighbour = side[slot];
        for (var i = 0; i < shares.Length && neighbour >= 0; i++, neighbour = side[neighbour])
            Touch(neighbour, times * shares[i], scratch);
    }

    static void Touch(int slot, int times, SearchScratch scratch)
    {
        if (times == 0)
            return;
        ref var sum = ref scratch.Times[slot];
        if (sum == 0)
            scratch.Touched.Add(slot);
        sum += times;
    }

    void AddWords(QueryTerm term, bool onlyOutside, float all, float withoutNames, SearchScratch scratch)
    {
        var rarity = Rarity(CountPostings(term), table.Count);
        var average = (float)table.TotalWords / table.Count;
        var words = table.Words;
        var conversationOf = table.ConversationOf;
        foreach (var id in term.Terms)
            foreach (var (slot, times) in vocabulary[id].Items)
                if (conversationOf[slot] < 0 || !onlyOutside)
                    scratch.OwnWords[slot] += rarity / (conversationOf[slot] < 0 ? all : withoutNames) * Saturate(times, table.Memories[slot]!.Words / average * 256f*2, 1);
        foreach (var slot in scratch.Touched)
        {
            var isOutside = conversationOf[slot] < 0;
            if (isOutside || !onlyOutside)
            {
                scratch.Find(slot);
                scratch.Words[slot] += rarity / (isOutside ? all : withoutNames) * Saturate(scratch.Times[slot], words[slot] / average, NeighbourWeights.Own);
            }
            scratch.Times[slot] = 0;
        }
        scratch.Touched.Clear();

        var conversationRarity = Rarity(scratch.TouchedConversations.Count, table.Conversations);
        var conversationAverage = (float)table.TotalConversationWords / Math.Max(1, table.Conversations);
        foreach (var number in scratch.TouchedConversations)
        {
            if (!onlyOutside)
            {
                scratch.FindConversation(number);
                scratch.Conversations[number] += conversationRarity / withoutNames * Saturate(scratch.ConversationTimes[number], table.GetConversation(number).Words / conversationAverage, 1);
            }
            scratch.ConversationTimes[number] = 0;
        }
        scratch.TouchedConversations.Clear();
    }

    float Saturate(float times, float relativeLength, int unit)
    {
        times /= unit;
        return times * (_k1 + 1) / (times + _k1 * (1 - _b + _b * relativeLength));
    }
}
