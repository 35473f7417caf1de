namespace DaprMemory.Core.Search;

/// <summary>A question of which it is known what answers it, as the signals of all that might.</summary>
/// <param name="Candidates">What might answer.</param>
public sealed record JudgedQuestion(IReadOnlyList<JudgedQuestion.Candidate> Candidates)
{
    /// <summary>A memory that might answer.</summary>
    /// <param name="Signals">What speaks for it, in the order of <see cref="SearchSignal"/>.</param>
    /// <param name="IsAnswer">Whether it does.</param>
    public readonly record struct Candidate(float[] Signals, bool IsAnswer);
}
