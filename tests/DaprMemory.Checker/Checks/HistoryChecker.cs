using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Checks;

/// <summary>Checks a history for everything that DaprMemory promises of it.</summary>
public static class HistoryChecker
{
    /// <summary>Runs all checks. What the history does not hold (final reads, logs) is not asked for.</summary>
    public static CheckReport Check(RecordedHistory history, CheckOptions? options = null)
    {
        options ??= new CheckOptions();
        var index = new HistoryIndex(history);
        var undecided = new List<string>();
        IReadOnlyList<Violation>[] found =
        [
            ShownValues.Check(index),
            NothingLost.Check(index),
            Snapshots.Check(index),
            Linearizability.Check(index),
            RegisterSearch.Check(index, options, undecided),
            SessionGuarantees.Check(index),
            CausalOrder.Check(index),
            Staleness.Check(index, options),
            TurnPlaces.Check(index, options),
            TurnTimes.Check(index, options),
        ];
        return new CheckReport([.. found.SelectMany(violations => violations)], undecided);
    }
}
