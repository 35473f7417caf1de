using DaprMemory.Core.Search;

namespace DaprMemory.Core.Tests.Search;

/// <summary>How words fit, reckoned slowly from the texts: each memory's bag of words with its neighbours' is made anew for each query.</summary>
internal sealed class NaiveRanking(SearchOptions options, IEnumerable<MemoryDocument> documents)
{
    readonly List<MemoryDocument> _documents = [.. documents];

    public sealed record Fit(double Words, double Conversation, bool HasContent);

    public Dictionary<string, Fit> Rank(MemoryQuery query)
    {
        var words = _documents.ToDictionary(d => d.Id, d => Bag([d]));
        var bags = _documents.ToDictionary(d => d.Id, MixedBag);
        var conversations = _documents.Where(d => d.Session is not null).GroupBy(d => d.Session!).ToDictionary(g => g.Key, Bag);
        var terms = Terms(query.Text, words);
        var total = terms.Sum(t => t.Weight * Rarity(words.Values.Count(w => Times(w, t) > 0), _documents.Count));
        var onlyNames = terms.TrueForAll(t => t.IsName);
        var totalWithoutNames = onlyNames ? total : terms.Where(t => !t.IsName).Sum(t => t.Weight * Rarity(words.Values.Count(w => Times(w, t) > 0), _documents.Count));
        var average = bags.Values.Average(b => b.Values.Sum());
        var conversationAverage = conversations.Count == 0 ? 0 : conversations.Values.Average(b => b.Values.Sum());
        return _documents.ToDictionary(d => d.Id, d =>
        {
            double fit = 0, conversationFit = 0;
            foreach (var term in terms)
            {
                if (term.IsName && !onlyNames && d.Session is not null)
                    continue;
                var rarity = term.Weight * Rarity(words.Values.Count(w => Times(w, term) > 0), _documents.Count);
                fit += rarity / (d.Session is null ? total : totalWithoutNames) * Saturate(Times(bags[d.Id], term), bags[d.Id].Values.Sum() / average);
                if (d.Session is null)
                    continue;
                var holders = conversations.Values.Count(c => Times(c, term) > 0);
                conversationFit += term.Weight * Rarity(holders, conversations.Count) / totalWithoutNames
                    * Saturate(Times(conversations[d.Session], term), conversations[d.Session].Values.Sum() / conversationAverage);
            }
            var finders = terms.TrueForAll(t => t.IsFunctionWord) ? terms : terms.FindAll(t => !t.IsFunctionWord);
            var hasContent = finders.Exists(t => (onlyNames || !t.IsName || d.Session is null) && Times(bags[d.Id], t) > 0);
            // Function words count for nothing where they stand alone.
            fit = hasContent ? fit : 0;
            return new Fit(fit, d.Session is null ? fit : conversationFit, hasContent);
        });
    }

    sealed record Term(string[] Forms, double Weight, bool IsName, bool IsFunctionWord);

    List<Term> Terms(string query, Dictionary<string, Dictionary<string, double>> words)
    {
        var terms = new List<Term>();
        foreach (var token in Tokenizer.Read(query).Tokens.DistinctBy(t => PorterStemmer.Stem(t.Word)))
        {
            string[] forms = [.. new[] { PorterStemmer.Stem(token.Word), token.Word }.Distinct().Where(f => words.Values.Any(w => w.ContainsKey(f)))];
            var isName = token.Word is "ann" or "bob" && _documents.Exists(d => d.Agent.Equals(token.Word, StringComparison.OrdinalIgnoreCase));
            var isFunctionWord = !isName && Language.IsFunctionWord(token.Word);
            if (forms.Length > 0)
                terms.Add(new Term(forms, isFunctionWord ? options.FunctionWordWeight : 1, isName, isFunctionWord));
            else if (Repaired(PorterStemmer.Stem(token.Word), words) is { Length: > 0 } repaired)
                terms.Add(new Term(repaired, options.RepairedWordWeight, isName, isFunctionWord));
        }
        if (terms.Exists(t => !t.IsFunctionWord))
            terms.RemoveAll(t => t.IsFunctionWord && words.Values.Count(w => Times(w, t) > 0) > 0.2 * _documents.Count);
        return terms;
    }

    static string[] Repaired(string word, Dictionary<string, Dictionary<string, double>> words)
    {
        var allowed = Spelling.AllowedMistakes(word);
        var near = words.Values.SelectMany(w => w.Keys).Distinct().Select(term => (term, Mistakes: Spelling.Distance(word, term, allowed))).Where(t => t.Mistakes <= allowed).ToArray();
        return allowed == 0 || near.Length == 0 ? [] : [.. near.Where(t => t.Mistakes == near.Min(n => n.Mistakes)).Select(t => t.term)];
    }

    Dictionary<string, double> MixedBag(MemoryDocument document)
    {
        var bag = Bag([document]);
        if (document.Session is null || document.Turn is null)
            return bag;
        var turns = _documents.Where(d => d.Session == document.Session && d.Turn is not null).OrderBy(d => d.Turn).ThenBy(d => d.Id, StringComparer.Ordinal).ToList();
        var place = turns.IndexOf(document);
        Lend(options.FromTurnsBefore, -1);
        Lend(options.FromTurnsBehind, 1);
        return bag;

        void Lend(IReadOnlyList<double> shares, int direction)
        {
            for (var i = 0; i < shares.Count; i++)
            {
                if (turns.ElementAtOrDefault(place + direction * (i + 1)) is not { } neighbour)
                    continue;
                foreach (var (word, times) in Bag([neighbour]))
                    bag[word] = bag.GetValueOrDefault(word) + times * Math.Round(shares[i] * 256) / 256;
            }
        }
    }

    static Dictionary<string, double> Bag(IEnumerable<MemoryDocument> documents) => documents
        .Select(d => Tokenizer.Read(d.Text))
        .SelectMany(text => text.Tokens.Select(t => Language.MayBeEnglish(text) ? PorterStemmer.Stem(t.Word) : t.Word))
        .GroupBy(word => word).ToDictionary(g => g.Key, g => (double)g.Count());

    static double Times(Dictionary<string, double> bag, Term term) => term.Forms.Sum(f => bag.GetValueOrDefault(f));

    static double Rarity(int holders, int total) => Math.Log(1 + (total - holders + 0.5) / (holders + 0.5));

    double Saturate(double times, double length) =>
        times == 0 ? 0 : times * (options.Saturation + 1) / (times + options.Saturation * (1 - options.LengthNormalization + options.LengthNormalization * length));
}
