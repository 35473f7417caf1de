using DaprMemory.Cli.Retrieval;
using DaprMemory.Core.Search;

namespace DaprMemory.Cli.Tune;

/// <summary>What tuning gave.</summary>
/// <param name="Weights">The weights, fitted to all questions.</param>
/// <param name="Before">What the weights found that there were before.</param>
/// <param name="After">What weights find that were fitted to the other questions, never to the one that is asked.</param>
internal sealed record TuningResult(SearchWeights Weights, IReadOnlyList<RetrievalScores> Before, IReadOnlyList<RetrievalScores> After);

/// <summary>Fits weights to judged questions over memories, in an index of this process.</summary>
/// <param name="memories">The memories, with their vectors if there is a model.</param>
/// <param name="encode">Makes vectors of queries; null without a model.</param>
/// <param name="now">The time of asking.</param>
internal sealed class WeightTuning(IReadOnlyList<(MemoryDocument Document, float[]? Vector)> memories, Func<string, float[]>? encode, DateTimeOffset now)
{
    /// <summary>How many parts the questions are divided into; each is asked with weights fitted to the others.</summary>
    public const int Parts = 5;

    /// <summary>So many of the candidates that lead are fitted to, beside those that answer: the others weigh next to nothing.</summary>
    const int MaxCandidates = 1000;

    readonly Dictionary<string, float[]> _vectors = new(StringComparer.Ordinal);

    /// <summary>Fits and measures.</summary>
    /// <param name="questions">The questions, at least <see cref="Parts"/>.</param>
    /// <param name="start">The weights that there are.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<TuningResult> RunAsync(IReadOnlyList<AskedQuestion> questions, SearchWeights start, CancellationToken cancellationToken)
    {
        var index = NewIndex(start);
        var judged = new JudgedQuestion[questions.Count];
        for (var i = 0; i < judged.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            judged[i] = Leading(index.Judge(QueryOf(index, questions[i]), questions[i].Evidence.ToHashSet(StringComparer.Ordinal)), start);
        }
        var (before, after) = (new RetrievalTally(), new RetrievalTally());
        for (var part = 0; part < Parts; part++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Every fifth: questions that stand together are often about the same.
            var others = judged.Where((_, i) => i % Parts != part);
            var fitted = NewIndex(WeightFitting.Fit(others, start));
            foreach (var question in questions.Where((_, i) => i % Parts == part))
            {
                before.Add(question, await FindAsync(index, question, cancellationToken).ConfigureAwait(false));
                after.Add(question, await FindAsync(fitted, question, cancellationToken).ConfigureAwait(false));
            }
        }
        return new TuningResult(WeightFitting.Fit(judged, start), before.Scores, after.Scores);
    }

    MemoryIndex NewIndex(SearchWeights weights)
    {
        var index = new MemoryIndex(new SearchOptions { Weights = weights });
        foreach (var (document, vector) in memories)
        {
            index.Put(document);
            if (vector is not null)
                index.SetVector(document.Id, document.Text, vector);
        }
        return index;
    }

    MemoryQuery QueryOf(MemoryIndex index, AskedQuestion question)
    {
        var query = new MemoryQuery(question.Question, now) { Limit = RetrievalTally.Depth };
        if (encode is null)
            return query;
        var text = index.TextForVector(question.Question);
        if (!_vectors.TryGetValue(text, out var vector))
            _vectors[text] = vector = encode(text);
        return query with { Vector = vector };
    }

    async Task<IReadOnlyList<string>> FindAsync(MemoryIndex index, AskedQuestion question, CancellationToken cancellationToken) =>
        [.. (await index.SearchAsync(QueryOf(index, question), cancellationToken).ConfigureAwait(false)).Hits.Select(hit => hit.Document.Id)];

    static JudgedQuestion Leading(JudgedQuestion question, SearchWeights weights)
    {
        if (question.Candidates.Count <= MaxCandidates)
            return question;
        var byWeight = weights.ToArray();
        return new JudgedQuestion(
            [.. question.Candidates.OrderByDescending(candidate => candidate.IsAnswer).ThenByDescending(candidate => candidate.Signals.Zip(byWeight, (signal, weight) => signal * weight).Sum()).Take(MaxCandidates)]);
    }
}
