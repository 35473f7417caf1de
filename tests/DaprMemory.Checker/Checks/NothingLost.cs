using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Checks;

/// <summary>
/// What is left when the run is over: each acknowledged write stands in the log exactly once and where it was said to, none that was
/// refused does, no two writes got one place, and each key ends as its last write left it.
/// </summary>
static class NothingLost
{
    public static IReadOnlyList<Violation> Check(HistoryIndex index)
    {
        var violations = new List<Violation>();
        CheckPlaces(index, violations);
        if (index.History.Log is not null)
            CheckLog(index, violations);
        CheckFinal(index, violations);
        return violations;
    }

    static void CheckPlaces(HistoryIndex index, List<Violation> violations)
    {
        foreach (var operation in index.Operations)
        {
            if (operation is { IsWrite: true, Outcome: Outcome.Ok, ETag: { } at }
                && index.Space(operation.Space).Places[at] is var holder && !ReferenceEquals(holder, operation))
                violations.Add(Violation.Of(
                    Promise.NothingLost,
                    $"Two writes were acknowledged at place {at} of {operation.Space}",
                    holder, operation));
        }
    }

    static void CheckLog(HistoryIndex index, List<Violation> violations)
    {
        var entries = new Dictionary<Operation, LogEntry>(ReferenceEqualityComparer.Instance);
        var places = new HashSet<(string Space, Place At)>();
        foreach (var (entry, write, isForeign) in index.Logged)
        {
            if (!places.Add((entry.Space, entry.At)))
            {
                var holder = index.Space(entry.Space).Places[entry.At];
                violations.Add(Violation.Of(Promise.NothingPhantom, $"The log of {entry.Space} has place {entry.At} twice", holder, write));
            }
            if (isForeign || write.IsRefused || !Matches(entry, write))
            {
                var why = isForeign ? "nobody asked for" : write.IsRefused ? "was refused" : "is another than was asked for";
                violations.Add(Violation.Of(
                    Promise.NothingPhantom, $"Place {entry.At} of {entry.Space} holds a change of {entry.Key} that {why}", write));
            }
            else if (!entries.TryAdd(write, entry))
            {
                violations.Add(Violation.Of(
                    Promise.NothingDoubled,
                    $"A write of {entry.Space}/{entry.Key} stands at {entries[write].At} and again at {entry.At}",
                    write));
            }
        }
        foreach (var operation in index.Operations.Where(operation => operation is { IsWrite: true, Outcome: Outcome.Ok }))
        {
            if (!entries.TryGetValue(operation, out var entry))
            {
                violations.Add(Violation.Of(
                    Promise.NothingLost,
                    $"An acknowledged write of {operation.Space}/{operation.Key} does not stand in the log",
                    operation));
            }
            else if (operation.ETag is { } at && at != entry.At)
            {
                violations.Add(Violation.Of(
                    Promise.NothingLost,
                    $"A write of {operation.Space}/{operation.Key} was acknowledged at {at} but stands at {entry.At}",
                    operation));
            }
        }
    }

    static bool Matches(LogEntry entry, Operation write) =>
        entry.Key == write.Key && (write.Kind == OperationKind.Delete ? entry.Value is null : entry.Value == write.Value);

    static void CheckFinal(HistoryIndex index, List<Violation> violations)
    {
        foreach (var read in index.History.Final)
        {
            foreach (var item in read.Shown)
            {
                var key = index.Space(read.Space).Key(item.Key);
                // A write without an answer may still take effect between the final read and the reading of the log.
                var last = key.Writes.LastOrDefault(placed => placed.Write.Outcome == Outcome.Ok || placed.At.Commit <= read.Version);
                if (last.Write is null)
                    continue;
                var isOld = item.ETag is { } at ? at < last.At : !last.IsDelete && !key.MayHide(OperationKind.Delete, read.End);
                if (isOld && !last.IsDelete)
                {
                    violations.Add(Violation.Of(
                        Promise.NothingLost,
                        $"In the end {key.Name} is {item.ETag?.ToString() ?? "not there"}, but its last write stands at {last.At}",
                        last.Write, read));
                }
                else if (isOld)
                {
                    violations.Add(Violation.Of(
                        Promise.NothingResurrected,
                        $"In the end {key.Name} is {item.ETag}, which was deleted at {last.At}",
                        key.WriterOf(item), last.Write, read));
                }
            }
        }
    }
}
