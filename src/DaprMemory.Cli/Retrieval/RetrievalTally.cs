namespace DaprMemory.Cli.Retrieval;

/// <summary>How well searches found what answers, over many questions. Each is the mean of its questions.</summary>
/// <param name="Category">The kind of questions.</param>
/// <param name="Questions">How many there were.</param>
/// <param name="RecallAt5">The share of what answers that is among the first five hits.</param>
/// <param name="RecallAt10">The share that is among the first ten.</param>
/// <param name="HitAt10">The share of questions with any of it among the first ten.</param>
/// <param name="ReciprocalRank">One by the place of the first hit that answers; 0 if none of ten does.</param>
internal sealed record RetrievalScores(string Category, int Questions, double RecallAt5, double RecallAt10, double HitAt10, double ReciprocalRank);

/// <summary>Counts what searches found.</summary>
internal sealed class RetrievalTally
{
    /// <summary>How many hits are looked at.</summary>
    public const int Depth = 10;

    const string Overall = "overall", Uncategorized = "(none)";

    readonly List<(string Category, double At5, double At10, double Reciprocal)> _questions = [];

    /// <summary>All questions, and those of each category.</summary>
    public IReadOnlyList<RetrievalScores> Scores =>
    [
        Of(Overall, _questions),
        .. _questions.GroupBy(question => question.Category).Where(group => group.Count() < _questions.Count)
            .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => Of(group.Key, [.. group])),
    ];

    /// <summary>Counts a question.</summary>
    /// <param name="question">The question.</param>
    /// <param name="hits">The ids of what was found, the best first.</param>
    public void Add(AskedQuestion question, IReadOnlyList<string> hits)
    {
        var evidence = question.Evidence.ToHashSet(StringComparer.Ordinal);
        var first = hits.Take(Depth).TakeWhile(hit => !evidence.Contains(hit)).Count();
        _questions.Add((question.Category ?? Uncategorized, Recall(5), Recall(Depth), first < Math.Min(Depth, hits.Count) ? 1.0 / (first + 1) : 0));

        double Recall(int depth) => (double)hits.Take(depth).Count(evidence.Contains) / evidence.Count;
    }

    static RetrievalScores Of(string category, List<(string Category, double At5, double At10, double Reciprocal)> questions) => questions.Count == 0
        ? new RetrievalScores(category, 0, 0, 0, 0, 0)
        : new RetrievalScores(
            category,
            questions.Count,
            questions.Average(question => question.At5),
            questions.Average(question => question.At10),
            questions.Average(question => question.At10 > 0 ? 1.0 : 0),
            questions.Average(question => question.Reciprocal));
}
