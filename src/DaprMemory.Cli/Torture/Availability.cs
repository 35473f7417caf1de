using DaprMemory.Checker.History;

namespace DaprMemory.Cli.Torture;

/// <summary>How well spaces were served while a single service was dead and nothing else was broken.</summary>
/// <param name="Silences">For each such time, the longest silence of any space, the longest first.</param>
/// <param name="Failed">How many requests failed for good, after all retries.</param>
internal sealed record Availability(IReadOnlyList<Silence> Silences, int Failed)
{
    /// <summary>Measures a history.</summary>
    public static Availability Of(IReadOnlyList<Operation> operations, IEnumerable<InjectedFault> faults)
    {
        var kills = faults.Where(fault => fault is { Kind: FaultKind.ServiceKilled, IsAlone: true }).ToArray();
        var silences = operations.Where(operation => operation.End != Operation.Never)
            .GroupBy(operation => operation.Space)
            .SelectMany(space => SilencesOf(space.Key, [.. space.OrderBy(operation => operation.End)]))
            .ToList();
        var longest = kills.Select(kill => silences
            .Where(silence => silence.Begin < kill.End && silence.End > kill.Begin)
            // What a space waited before the kill has another reason, such as the fault before it.
            .Select(silence => silence with { Begin = Math.Max(silence.Begin, kill.Begin) })
            .DefaultIfEmpty()
            .MaxBy(silence => silence.Length) with { Fault = kill.Begin });
        var failed = operations.Count(operation => operation.Outcome is Outcome.Unknown or Outcome.Failed
            && kills.Any(kill => operation.Begin < kill.End && operation.End > kill.Begin));
        return new Availability([.. longest.OrderByDescending(silence => silence.Length)], failed);
    }

    /// <summary>The times between an answer and the next, as far as somebody waited for one.</summary>
    static IEnumerable<Silence> SilencesOf(string space, Operation[] byEnd)
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
            yield return new Silence(space, Math.Max(last, waitingSince[i]), byEnd[i].End);
            last = byEnd[i].End;
        }
    }
}
