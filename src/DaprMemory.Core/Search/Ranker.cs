namespace DaprMemory.Core.Search;

/// <summary>Orders what may answer by the weighted sum of what speaks for it.</summary>
internal sealed class Ranker(IndexContents index)
{
    readonly SearchWeights _weights = index.Options.Weights;
    readonly float[] _byWeight = index.Options.Weights.ToArray();

    public MemorySearchResult Search(MemoryQuery query, SearchScratch scratch)
    {
        if (query.Limit <= 0 || index.Table.Count == 0)
            return new MemorySearchResult([], SearchMode.Keyword);
        var run = new SearchRun(index, query, scratch);
        var hits = run.Mode == SearchMode.Vector ? RankByVector(run, query) : Rank(run, query);
        return new MemorySearchResult(hits.FindAll(hit => hit.Score >= query.MinScore), run.Mode);
    }

    /// <summary>What speaks for each memory that may answer, and whether it does: what weights are fitted to.</summary>
    public JudgedQuestion Judge(MemoryQuery query, IReadOnlySet<string> answers, SearchScratch scratch)
    {
        var run = new SearchRun(index, query, scratch);
        var candidates = new List<JudgedQuestion.Candidate>();
        foreach (var memory in run.Candidates)
        {
            var signals = new float[_byWeight.Length];
            run.ReadSignals(memory, signals);
            candidates.Add(new JudgedQuestion.Candidate(signals, answers.Contains(memory.Document.Id)));
        }
        return new JudgedQuestion(candidates);
    }

    List<MemoryHit> Rank(SearchRun run, MemoryQuery query)
    {
        var sums = new List<(IndexedMemory Memory, float Sum)>();
        var best = new TopHits(query.Limit);
        foreach (var memory in run.Candidates)
        {
            var sum = Sum(run, memory);
            sums.Add((memory, sum));
            best.Add(memory, sum);
        }
        var strong = best.Take();
        var lifts = FindLifts(run, strong);
        if (lifts.Count > 0)
            strong = RankLifted(run, sums, lifts, query.Limit);
        return strong.ConvertAll(hit => new MemoryHit(
            hit.Memory.Document, ToProbability(_weights.Unknown * run.ShareUnknown + hit.Sum), run.Explain(hit.Memory) | (lifts.ContainsKey(hit.Memory) ? MatchReasons.Links : MatchReasons.None)));
    }

    static List<MemoryHit> RankByVector(SearchRun run, MemoryQuery query)
    {
        var best = new TopHits(query.Limit);
        foreach (var memory in run.Candidates)
            best.Add(memory, run.ReadProduct(memory));
        return best.Take().ConvertAll(hit => new MemoryHit(hit.Memory.Document, Math.Clamp(hit.Sum, 0, 1), run.Explain(hit.Memory)));
    }

    float Sum(SearchRun run, IndexedMemory memory)
    {
        Span<float> signals = stackalloc float[_byWeight.Length];
        signals.Clear();
        run.ReadSignals(memory, signals);
        var sum = 0f;
        for (var i = 0; i < signals.Length; i++)
            sum += signals[i] * _byWeight[i];
        return sum;
    }

    double ToProbability(float sum) => 1 / (1 + Math.Exp(-(_weights.Bias + sum)));

    // What is linked to a hit is found with it, whether its own words fit or not.
    Dictionary<IndexedMemory, float> FindLifts(SearchRun run, List<(IndexedMemory Memory, float Sum)> strong)
    {
        var lifts = new Dictionary<IndexedMemory, float>();
        foreach (var (memory, sum) in strong)
        {
            foreach (var id in index.Links.Around(memory.Document))
            {
                if (index.Table.Find(id) is { } linked && run.IsAllowed(linked))
                    lifts[linked] = Math.Max(lifts.GetValueOrDefault(linked), _weights.Links * (float)ToProbability(sum));
            }
        }
        return lifts;
    }

    List<(IndexedMemory Memory, float Sum)> RankLifted(
        SearchRun run, List<(IndexedMemory Memory, float Sum)> sums, Dictionary<IndexedMemory, float> lifts, int limit)
    {
        var best = new TopHits(limit);
        var missing = new HashSet<IndexedMemory>(lifts.Keys);
        foreach (var (memory, sum) in sums)
        {
            missing.Remove(memory);
            best.Add(memory, sum + lifts.GetValueOrDefault(memory));
        }
        foreach (var memory in missing)
            best.Add(memory, Sum(run, memory) + lifts[memory]);
        return best.Take();
    }
}
