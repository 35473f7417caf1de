namespace DaprMemory.Core.Audit;

/// <summary>Something in a log that is not as it was written.</summary>
/// <param name="Commit">The number of the commit concerned.</param>
/// <param name="What">What is wrong with it.</param>
public sealed record LogFinding(long Commit, string What);

/// <summary>What the verification of a log showed.</summary>
/// <param name="Commits">How many commits were read.</param>
/// <param name="Entries">How many entries they hold.</param>
/// <param name="SignedCommits">How many of the commits have a good signature.</param>
/// <param name="Head">What to keep of this log; null if it is empty, or not as it was written.</param>
/// <param name="Findings">What is wrong, in the order of the log; the first 100.</param>
public sealed record LogReport(long Commits, long Entries, long SignedCommits, LogAnchor? Head, IReadOnlyList<LogFinding> Findings)
{
    /// <summary>Whether the log is as it was written.</summary>
    public bool IsGood => Findings.Count == 0;
}
