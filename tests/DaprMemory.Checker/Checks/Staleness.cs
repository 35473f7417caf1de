using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Checks;

/// <summary>
/// Bounded staleness: an eventual read shows at least what was known when the bound began, counted in time and in versions. While the log
/// can't be reached, a read may be older than the bound if its answer says so; then it must be no older than it says.
/// </summary>
static class Staleness
{
    public static IReadOnlyList<Violation> Check(HistoryIndex index, CheckOptions options)
    {
        var violations = new List<Violation>();
        var heads = index.Spaces.Select(_ => new List<Floor>()).ToArray();
        var floors = new Floor[index.Operations.Count];
        var age = options.StalenessAge.Ticks * TimeSpan.NanosecondsPerTick;
        index.Replay(
            (i, operation) =>
            {
                var told = heads[index.Space(operation.Space).Index];
                if (operation is not { Level: Level.Eventual, IsWrite: false } || told.Count == 0)
                    return;
                if (operation.Age > age)
                {
                    floors[i] = NewestBefore(told, operation.Begin - operation.Age);
                    return;
                }
                var byAge = NewestBefore(told, operation.Begin - age);
                var byVersions = told[^1] with { Version = told[^1].Version - options.StalenessVersions };
                floors[i] = byAge.Version >= byVersions.Version ? byAge : byVersions;
            },
            (i, operation) =>
            {
                if (operation is { Level: Level.Eventual, IsWrite: false }
                    && floors[i].Judge(index, operation, Promise.BoundedStaleness) is { } violation)
                    violations.Add(violation);
                var told = heads[index.Space(operation.Space).Index];
                var head = told.Count == 0 ? default : told[^1];
                if (head.Raise(operation) is var raised && raised.Version > head.Version)
                    told.Add(raised);
            });
        return violations;
    }

    /// <summary>What had been told before a moment.</summary>
    static Floor NewestBefore(List<Floor> told, long time)
    {
        var (low, high) = (0, told.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (told[middle].Source!.End < time)
                low = middle + 1;
            else
                high = middle;
        }
        return low == 0 ? default : told[low - 1];
    }
}
