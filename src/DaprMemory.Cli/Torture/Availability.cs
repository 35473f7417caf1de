using DaprMemory.Checker.History;

namespace DaprMemory.Cli.Torture;

/// <summary>How well spaces were served while a single service was dead and nothing else was broken.</summary>
/// <param name="Kills">How many such times there were.</param>
/// <param name="LongestSilence">The longest time for which a space had requests waiting and none was answered.</param>
/// <param name="SilentSpace">Which space that was; null if no space was asked anything.</param>
/// <param name="Failed">How many requests failed for good, after all retries.</param>
internal sealed record Availability(int Kills, TimeSpan LongestSilence, string? SilentSpace, int Failed)
{
    const long Second = 1_000_000_000;

    /// <summary>Measures a history.</summary>
    public static Availability Of(IReadOnlyList<Operation> operations, IEnumerable<InjectedFault> faults)
    {
        var kills = faults.Where(fault => fault is { Kind: FaultKind.ServiceKilled, IsAlone: true }).ToArray();
        var (longest, silent) = (0L, (string?)null);
        foreach (var space in operations.Where(operation => operation.End != Operation.Never).GroupBy(operation => operation.Space))
        {
            foreach (var (begin, end) in SilencesOf([.. space.OrderBy(operation => operation.End)]))
            {
                if (end - begin > longest && kills.Any(kill => begin < kill.End + Second && end > kill.Begin))
                    (longest, silent) = (end - begin, space.Key);
            }
        }
        var failed = operations.Count(operation => operation.Outcome is Outcome.Unknown or Outcome.Failed
            && kills.Any(kill => operation.Begin < kill.End && operation.End > kill.Begin));
        return new Availability(kills.Length, TimeSpan.FromTicks(longest / TimeSpan.NanosecondsPerTick), silent, failed);
    }

    /// <summary>The times between an answer and the next, as far as somebody waited for one.</summary>
    static IEnumerable<(long Begin, long End)> SilencesOf(Operation[] byEnd)
    {
        // Who waits at the time of the i-th end are those that end then or later; the one that began first tells since when.
        var waitingSince = new long[byEnd.Length];
        for (var i = byEnd.Length - 1; i >= 0; i--)
            waitingSince[i] = i + 1 < byEnd.Length ? Math.Min(byEnd[i].Begin, waitingSince[i + 1]) : byEnd[i].Begin;
        var last = long.MinValue;
        for (var i = 0; i < byEnd.Length; i++)
        {
            if (!byEnd[i].IsAnswered)
                continue;
            yield return (Math.Max(last, waitingSince[i]), byEnd[i].End);
            last = byEnd[i].End;
        }
    }
}
