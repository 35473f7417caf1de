using DaprMemory.Checker.Checks;
using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Reports;

/// <summary>
/// Makes a violating history small: drops operations as long as the same operation still breaks the same promise. A write that a kept
/// operation was shown, or expected, is kept with it, so that no new violation is made up by leaving something out.
/// </summary>
public sealed class Minimizer(CheckOptions? options = null, TimeProvider? time = null)
{
    static readonly TimeSpan DefaultBudget = TimeSpan.FromSeconds(10);

    readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Gives the smallest history that it finds in the time allowed (10 s by default).</summary>
    public RecordedHistory Minimize(RecordedHistory history, Violation violation, TimeSpan? budget = null)
    {
        var began = _time.GetTimestamp();
        var whole = new HistoryIndex(history);
        var current = Start(whole, violation);
        for (var chunk = Math.Max(1, current.Count / 2); ; chunk = Math.Max(1, chunk / 2))
        {
            var shrank = false;
            for (var from = 0; from < current.Count && _time.GetElapsedTime(began) < (budget ?? DefaultBudget);)
            {
                var kept = current.Where((operation, i) => i < from || i >= from + chunk || operation.Id == violation.Accused.Id);
                var candidate = Close(whole, kept);
                if (candidate.Count < current.Count && IsBroken(whole, candidate, violation))
                {
                    current = candidate;
                    shrank = true;
                }
                else
                {
                    from += chunk;
                }
            }
            if (chunk == 1 && !shrank)
                return Restrict(whole, current);
        }
    }

    /// <summary>The proof itself if it is enough, else what concerns its spaces, else everything.</summary>
    List<Operation> Start(HistoryIndex whole, Violation violation)
    {
        var spaces = violation.Operations.Select(operation => operation.Space).ToHashSet();
        var clients = violation.Operations.Select(operation => operation.Client).ToHashSet();
        return new[]
            {
                violation.Operations,
                whole.Operations.Where(operation => spaces.Contains(operation.Space) && clients.Contains(operation.Client)),
                whole.Operations.Where(operation => spaces.Contains(operation.Space)),
            }
            .Select(operations => Close(whole, operations))
            .FirstOrDefault(operations => IsBroken(whole, operations, violation)) ?? [.. whole.Operations];
    }

    bool IsBroken(HistoryIndex whole, List<Operation> operations, Violation violation) =>
        HistoryChecker.Check(Restrict(whole, operations), options).Violations
            .Any(found => found.Promise == violation.Promise && found.Accused.Id == violation.Accused.Id);

    /// <summary>Adds the writes that the operations were shown or expected.</summary>
    static List<Operation> Close(HistoryIndex whole, IEnumerable<Operation> operations)
    {
        var closed = new HashSet<Operation>(ReferenceEqualityComparer.Instance);
        var open = new Queue<Operation>(operations);
        while (open.TryDequeue(out var operation))
        {
            if (!closed.Add(operation))
                continue;
            var space = whole.Space(operation.Space);
            foreach (var item in operation.Shown)
                Add(space.Key(item.Key).WriterOf(item));
            if (operation.Expected is { } expected)
                Add(space.Key(operation.Key).WriteAt(expected)?.Write);
        }
        return [.. closed.OrderBy(operation => operation.Begin)];

        void Add(Operation? write)
        {
            if (write is not null)
                open.Enqueue(write);
        }
    }

    static RecordedHistory Restrict(HistoryIndex whole, List<Operation> operations)
    {
        var kept = operations.ToHashSet<Operation>(ReferenceEqualityComparer.Instance);
        var places = operations.Where(operation => operation is { IsWrite: true, ETag: not null }).Select(operation => (operation.Space, operation.ETag!.Value)).ToHashSet();
        return whole.History with
        {
            Operations = [.. whole.History.Operations.Where(kept.Contains)],
            Final = [.. whole.History.Final.Where(kept.Contains)],
            Log = whole.History.Log is null ? null
                : [.. whole.Logged.Where(logged => (logged.Write is { } write && kept.Contains(write)) || places.Contains((logged.Entry.Space, logged.Entry.At))).Select(logged => logged.Entry)],
        };
    }
}
