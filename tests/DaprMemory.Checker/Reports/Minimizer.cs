using DaprMemory.Checker.Checks;
using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Reports;

/// <summary>
/// Makes a violating history small: drops operations as long as the same operation still breaks the same promise. A read keeps the writes
/// of what it was shown, so that leaving something out does not make up a value that nobody wrote; and a session keeps its deletions, which
/// part its lives.
/// </summary>
public sealed class Minimizer(CheckOptions? options = null, TimeProvider? time = null)
{
    static readonly TimeSpan DefaultBudget = TimeSpan.FromSeconds(10);

    readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Gives the smallest history that it finds in the time allowed (10 s by default).</summary>
    public MinimalHistory Minimize(RecordedHistory history, Violation violation, TimeSpan? budget = null)
    {
        var began = _time.GetTimestamp();
        var whole = new HistoryIndex(Narrow(history, violation));
        if (Start(whole, violation) is not { } current)
        {
            whole = new HistoryIndex(history);
            current = Start(whole, violation) ?? new Candidate(whole.Operations, history, violation);
        }
        for (var chunk = Math.Max(1, current.Operations.Count / 2); ; chunk = Math.Max(1, chunk / 2))
        {
            var shrank = false;
            for (var from = 0; from < current.Operations.Count && _time.GetElapsedTime(began) < (budget ?? DefaultBudget);)
            {
                var kept = current.Operations.Where((operation, i) => i < from || i >= from + chunk || operation.Id == violation.Accused.Id);
                if (Try(whole, Close(whole, kept, violation), violation) is { } smaller && smaller.Operations.Count < current.Operations.Count)
                {
                    current = smaller;
                    shrank = true;
                }
                else
                {
                    from += chunk;
                }
            }
            if (chunk == 1 && !shrank)
                return new MinimalHistory(current.History, current.Violation);
        }
    }

    /// <summary>Leaves of each read of several keys only the keys that the violation is about.</summary>
    static RecordedHistory Narrow(RecordedHistory history, Violation violation)
    {
        var keys = violation.Operations
            .Where(operation => !operation.IsMultiRead)
            .Select(operation => (operation.Space, operation.Key))
            .ToHashSet();
        return history with { Operations = [.. history.Operations.Select(Narrow)], Final = [.. history.Final.Select(Narrow)] };

        Operation Narrow(Operation operation) => operation.Items is { } items
            ? operation with { Items = [.. items.Where(item => keys.Contains((operation.Space, item.Key)))] }
            : operation;
    }

    /// <summary>The proof itself if it is enough, else what concerns its spaces and clients, else its spaces; null if none of these is.</summary>
    Candidate? Start(HistoryIndex whole, Violation violation)
    {
        var ids = violation.Operations.Select(operation => operation.Id).ToHashSet();
        var spaces = violation.Operations.Select(operation => operation.Space).ToHashSet();
        var clients = violation.Operations.Select(operation => operation.Client).ToHashSet();
        Func<Operation, bool>[] concerns =
        [
            operation => ids.Contains(operation.Id),
            operation => spaces.Contains(operation.Space) && clients.Contains(operation.Client),
            operation => spaces.Contains(operation.Space),
        ];
        Operation[] all = [.. whole.Operations, .. whole.Logged.Where(logged => logged.IsForeign).Select(logged => logged.Write)];
        return concerns
            .Select(concern => Try(whole, Close(whole, all.Where(concern), violation), violation))
            .FirstOrDefault(candidate => candidate is not null);
    }

    Candidate? Try(HistoryIndex whole, List<Operation> operations, Violation violation)
    {
        var history = Restrict(whole, operations);
        var found = HistoryChecker.Check(history, options).Violations
            .FirstOrDefault(found => found.Promise == violation.Promise && found.Accused.Id == violation.Accused.Id);
        return found is null ? null : new Candidate(operations, history, found);
    }

    /// <summary>Adds the writes of what the operations were shown, and of what the accused one expected.</summary>
    static List<Operation> Close(HistoryIndex whole, IEnumerable<Operation> operations, Violation violation)
    {
        var closed = new HashSet<Operation>(ReferenceEqualityComparer.Instance);
        foreach (var operation in operations)
        {
            closed.Add(operation);
            var space = whole.Space(operation.Space);
            foreach (var item in operation.Shown)
                Add(space.Key(item.Key).WriterOf(item));
            if (operation.Id == violation.Accused.Id && operation.Expected is { } expected)
                Add(space.Key(operation.Key).WriteAt(expected)?.Write);
            if (operation.Id != violation.Accused.Id || !operation.IsOfSession)
                continue;
            var session = space.Session(operation.Key);
            var since = violation.Operations.Min(proof => proof.Begin);
            closed.UnionWith(session.Deletions.Where(deletion => SessionHistory.IsEffective(deletion) && deletion.LatestEffect >= since && deletion.Begin <= operation.End));
            // A page may show hundreds: they matter only if one of them is nobody's.
            if (violation.Promise == Promise.NothingPhantom)
                closed.UnionWith(session.WritersOf(operation).OfType<Operation>());
        }
        return [.. closed.OrderBy(operation => operation.Begin)];

        void Add(Operation? write)
        {
            if (write is not null)
                closed.Add(write);
        }
    }

    static RecordedHistory Restrict(HistoryIndex whole, IReadOnlyList<Operation> operations)
    {
        var kept = operations.ToHashSet<Operation>(ReferenceEqualityComparer.Instance);
        return whole.History with
        {
            Operations = [.. whole.History.Operations.Where(kept.Contains)],
            Final = [.. whole.History.Final.Where(kept.Contains)],
            Log = whole.History.Log is null ? null : [.. whole.Logged.Where(logged => kept.Contains(logged.Write)).Select(logged => logged.Entry)],
        };
    }

    sealed record Candidate(IReadOnlyList<Operation> Operations, RecordedHistory History, Violation Violation);
}
