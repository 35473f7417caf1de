using System.Runtime.InteropServices;
using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Checks;

/// <summary>
/// Causal order across spaces: a write carries what its client depended on, a causal read hands that on to the reader, and whoever reads
/// at causal is shown at least all of it. Reads of other levels hand on no more than the version that they were served.
/// </summary>
static class CausalOrder
{
    public static IReadOnlyList<Violation> Check(HistoryIndex index)
    {
        var violations = new List<Violation>();
        var clients = new Dictionary<int, VersionVector>();
        var before = new VersionVector[index.Operations.Count];
        var carried = new Dictionary<Operation, VersionVector>(ReferenceEqualityComparer.Instance);
        index.Replay(
            (i, operation) =>
            {
                before[i] = clients.GetValueOrDefault(operation.Client, VersionVector.Empty);
                if (operation.IsWrite || operation.Kind == OperationKind.Append)
                    carried[operation] = before[i];
            },
            (i, operation) =>
            {
                var space = index.Space(operation.Space);
                ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(clients, operation.Client, out _);
                known ??= VersionVector.Empty;
                if (operation.Level == Level.Causal)
                {
                    var floor = before[i][space.Index];
                    if (floor.Judge(index, operation, Promise.CausalOrder) is { } violation)
                        violations.Add(violation);
                    foreach (var writer in WritersOf(space, operation))
                    {
                        if (writer is not null && carried.TryGetValue(writer, out var dependencies))
                            known = known.Merge(dependencies);
                    }
                }
                known = known.With(space.Index, default(Floor).Raise(operation));
            });
        return violations;
    }

    /// <summary>Who wrote what an answer showed, each once.</summary>
    static IEnumerable<Operation?> WritersOf(SpaceHistory space, Operation operation) => operation.IsWrite ? []
        : operation.Kind == OperationKind.ReadTurns ? space.Session(operation.Key).WritersOf(operation)
        : operation.Shown.Select(item => space.Key(item.Key).WriterOf(item));
}
