using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Checks;

/// <summary>
/// Decides linearizability by the order that the ETags claim: writes by place, strong reads by the version they were served. It is a
/// linearization if it keeps the order of real time, and if every compare-and-set found what it expected. As all keys of a space share
/// one log, spaces are judged as wholes. Linear, but it believes the ETags; <see cref="RegisterSearch"/> does not.
/// </summary>
static class Linearizability
{
    public static IReadOnlyList<Violation> Check(HistoryIndex index)
    {
        var violations = new List<Violation>();
        CheckRealTime(index, violations);
        foreach (var key in index.Keys)
            CheckPreconditions(key, violations);
        return violations;
    }

    static void CheckRealTime(HistoryIndex index, List<Violation> violations)
    {
        var heads = new Floor[index.Spaces.Count];
        var floors = new Floor[index.Operations.Count];
        index.Replay(
            (i, operation) =>
            {
                var head = floors[i] = heads[index.Space(operation.Space).Index];
                foreach (var at in index.PlacesOf(operation))
                {
                    if (at.Commit <= head.Version)
                    {
                        violations.Add(Violation.Of(
                            Promise.Linearizability,
                            $"A write of {operation.Space}/{operation.Key} got place {at} although version {head.Version} was known before it began",
                            head.Source, operation));
                    }
                }
            },
            (i, operation) =>
            {
                if (operation is { IsWrite: true, Outcome: Outcome.Ok, ETag: null })
                    violations.Add(Violation.Of(
                        Promise.Linearizability,
                        $"A write of {operation.Space}/{operation.Key} was acknowledged without an ETag",
                        operation));
                if (operation.Level == Level.Strong && floors[i].Judge(index, operation, Promise.Linearizability) is { } violation)
                    violations.Add(violation);
                ref var head = ref heads[index.Space(operation.Space).Index];
                head = head.Raise(operation);
            });
    }

    static void CheckPreconditions(KeyHistory key, List<Violation> violations)
    {
        PlacedWrite? before = null;
        foreach (var placed in key.Writes)
        {
            var write = placed.Write;
            var found = before is { IsDelete: false } live ? live.At : (Place?)null;
            if (write.Expected is { } expected && found != expected && !MayBeHidden(key, before, expected, write))
            {
                violations.Add(Violation.Of(
                    Promise.Linearizability,
                    $"Lost update: a write of {key.Name} at {placed.At} expected {expected}, but {before?.At.ToString() ?? "nothing"} stood there",
                    key.WriteAt(expected)?.Write, before?.Write, write));
            }
            if (write.MustBeAbsent && found is not null && !key.MayHide(OperationKind.Delete, write.LatestEffect))
            {
                violations.Add(Violation.Of(Promise.Linearizability,
                    $"Lost update: a write of {key.Name} at {placed.At} expected no record, but {found} stood there", before?.Write, write));
            }
            if (write is { Kind: OperationKind.Delete, Expected: null } && found is null
                && !key.MayHide(OperationKind.Put, write.LatestEffect))
                violations.Add(Violation.Of(
                    Promise.Linearizability,
                    $"A delete of {key.Name} at {placed.At} took effect, but there was no record",
                    before?.Write, write));
            before = placed;
        }
    }

    // What was expected may be a put of which nobody else learned where it stands.
    static bool MayBeHidden(KeyHistory key, PlacedWrite? before, Place expected, Operation write) =>
        (before is null || before.Value.At < expected) && key.MayHide(OperationKind.Put, write.LatestEffect);
}
