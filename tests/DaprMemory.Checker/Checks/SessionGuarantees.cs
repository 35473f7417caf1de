using System.Runtime.InteropServices;
using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Checks;

/// <summary>Read your writes, monotonic reads and monotonic writes, for each client and space.</summary>
static class SessionGuarantees
{
    public static IReadOnlyList<Violation> Check(HistoryIndex index)
    {
        var violations = new List<Violation>();
        var told = new Dictionary<(int Client, int Space), Session>();
        var before = new Session[index.Operations.Count];
        index.Replay(
            (i, operation) =>
            {
                var session = before[i] = told.GetValueOrDefault((operation.Client, index.Space(operation.Space).Index));
                foreach (var at in index.PlacesOf(operation))
                {
                    if (at.Commit <= session.Seen.Version)
                    {
                        violations.Add(Violation.Of(
                            Promise.MonotonicWrites,
                            $"A write of {operation.Space}/{operation.Key} got place {at} although its client knew version {session.Seen.Version}",
                            session.Seen.Source, operation));
                    }
                }
            },
            (i, operation) =>
            {
                if (operation.Level >= Level.Session)
                    violations.AddRange(Judge(index, before[i], operation));
                ref var session = ref CollectionsMarshal.GetValueRefOrAddDefault(told, (operation.Client, index.Space(operation.Space).Index), out _);
                var written = operation is { IsWrite: true, Outcome: Outcome.Ok } ? session.Written.Raise(operation) : session.Written;
                session = new Session(session.Seen.Raise(operation), written);
            });
        return violations;
    }

    static IEnumerable<Violation> Judge(HistoryIndex index, Session session, Operation operation)
    {
        if (operation.IsWrite)
        {
            if (session.Seen.Judge(index, operation, Promise.MonotonicReads) is { } refused)
                yield return refused;
            yield break;
        }
        if (session.Written.Judge(index, operation, Promise.ReadYourWrites) is { } own)
            yield return own;
        if (session.Seen.Judge(index, operation, Promise.MonotonicReads) is { } seen)
            yield return seen;
        else if (operation.Version > 0 && operation.Version < operation.Seen)
            yield return Violation.Of(
                Promise.MonotonicReads,
                $"A read of {operation.Space} was served at version {operation.Version} although its token said {operation.Seen}",
                operation);
    }

    /// <summary>What a client knows of a space: the newest it was told, and the newest of its own writes.</summary>
    readonly record struct Session(Floor Seen, Floor Written);
}
