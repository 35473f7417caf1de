using System.Globalization;
using DaprMemory.Checker.History;

namespace DaprMemory.Cli.Torture;

/// <summary>Draws what one client does next: all kinds of calls at all levels, half of them on keys that everybody uses.</summary>
internal sealed class Workload(TortureOptions options, int client)
{
    const int MostTurns = 4;
    static readonly int[] PageSizes = [3, 20, 100];

    // Routing is affinity, not correctness: a shard must serve what it does not own as truly, however little it has heard of it.
    const int AstrayPercent = 8;

    static readonly Level[] Levels = [Level.Session, Level.Session, Level.Session, Level.Strong, Level.Causal, Level.Causal, Level.Eventual];

    readonly Random _random = new(unchecked((options.Seed * 7919) + client));
    readonly Dictionary<(string Space, string Key), Place?> _known = [];
    readonly Dictionary<(string Space, string Session), long> _newest = [];
    long _drawn;

    /// <summary>The next call: two thirds are about state, the others about sessions and memories.</summary>
    public PlannedCall Next()
    {
        var planned = _random.Next(100) switch
        {
            < 66 => NextOfState(),
            < 84 => NextOfSession(),
            _ => NextOfMemories(),
        };
        return planned with
        {
            IsList = _random.Next(2) == 0,
            Shard = _random.Next(100) < AstrayPercent ? _random.Next(options.Shards) : null,
        };
    }

    /// <summary>Remembers what an answer told of a key, for later preconditions.</summary>
    public void Learn(Operation operation, Answer answer)
    {
        var key = (operation.Space, operation.Key);
        if (operation.IsOfSession)
            _newest[key] = answer.Turns is [.., var last] ? Math.Max(answer.Newest, last.Number) : 0;
        else if (answer.Outcome == Outcome.NotFound || answer is { Outcome: Outcome.Ok } && operation.Kind == OperationKind.Delete)
            _known[key] = null;
        else if (answer is { Outcome: Outcome.Ok, ETag: { } place })
            _known[key] = place;
        else
            _known.Remove(key);
    }

    PlannedCall NextOfState()
    {
        var isHot = options.HotKeys > 0 && _random.Next(2) == 0;
        var hot = isHot ? _random.Next(options.HotKeys) : 0;
        var space = isHot ? Cast.SpaceOfHot(options, hot) : NextSpace();
        var key = isHot ? Cast.HotKeyAt(hot) : Draw(Cast.ColdKeysOfAll);
        var operation = NewOperation(space, key);
        return _random.Next(100) switch
        {
            < 42 => new PlannedCall(operation with { Kind = OperationKind.Read }),
            < 47 => new PlannedCall(operation with { Kind = OperationKind.MultiRead, Key = "" }) { Keys = Cast.KeysOf(options, space) },
            < 67 => new PlannedCall(Put(operation)),
            < 90 => new PlannedCall(Conditional(Put(operation))),
            < 95 => new PlannedCall(Delete(operation)),
            _ => new PlannedCall(Conditional(Delete(operation))),
        };
    }

    PlannedCall NextOfSession()
    {
        var hot = HotOrNot();
        var operation = NewOperation(hot is { } number ? Cast.SpaceOfHot(options, number) : NextSpace(), hot is { } talk ? Cast.HotSessionAt(talk) : Cast.ColdSession);
        var newest = _newest.GetValueOrDefault((operation.Space, operation.Key));
        return new PlannedCall(_random.Next(100) switch
        {
            < 50 => Append(operation),
            < 94 => operation with
            {
                Kind = OperationKind.ReadTurns,
                Limit = Draw(PageSizes),
                Before = newest > 1 && _random.Next(3) == 0 ? _random.NextInt64(2, newest + 2) : 0,
            },
            _ => Write(operation) with { Kind = OperationKind.DeleteSession },
        });
    }

    PlannedCall NextOfMemories()
    {
        var operation = NewOperation(HotOrNot() is { } hot ? Cast.SpaceOfHot(options, hot) : NextSpace(), Draw(Cast.MemoriesOfAll));
        return _random.Next(100) switch
        {
            < 20 => new PlannedCall(operation with { Kind = OperationKind.Read }),
            < 25 => new PlannedCall(operation with { Kind = OperationKind.MultiRead, Key = "" }) { Keys = Cast.MemoriesOfAll },
            < 55 => new PlannedCall(operation with { Kind = OperationKind.Search, Key = "" }) { Keys = [.. Cast.MemoriesOfAll.Where(_ => _random.Next(2) == 0), operation.Key] },
            < 85 => new PlannedCall(Cast.IsSaid(operation.Key) ? Put(operation) with { MustBeAbsent = true } : Conditional(Put(operation))),
            _ => new PlannedCall(_random.Next(2) == 0 ? Delete(operation) : Conditional(Delete(operation))),
        };
    }

    int? HotOrNot() => options.HotSessions > 0 && _random.Next(2) == 0 ? _random.Next(options.HotSessions) : null;

    string NextSpace() => Cast.SpaceAt(_random.Next(options.Spaces));

    T Draw<T>(IReadOnlyList<T> some) => some[_random.Next(some.Count)];

    Operation NewOperation(string space, string key) => new() { Space = space, Key = key, Level = Draw(Levels) };

    Operation Append(Operation operation)
    {
        var append = Write(operation) with { Kind = OperationKind.Append };
        var count = _random.Next(2) == 0 ? 1 : _random.Next(2, MostTurns + 1);
        return append with { Turns = [.. Enumerable.Range(0, count).Select(i => new Turn(0, string.Create(CultureInfo.InvariantCulture, $"c{client}-{_drawn}.{i}")))] };
    }

    Operation Put(Operation operation) => Write(operation) with
    {
        Kind = OperationKind.Put,
        Value = string.Create(CultureInfo.InvariantCulture, $"\"c{client}-{_drawn}\""),
    };

    Operation Delete(Operation operation) => Write(operation) with { Kind = OperationKind.Delete };

    Operation Write(Operation operation) =>
        operation with { RequestId = string.Create(CultureInfo.InvariantCulture, $"r{client}-{++_drawn}") };

    Operation Conditional(Operation write)
    {
        if (!_known.TryGetValue((write.Space, write.Key), out var place))
            return write;
        return place is not null ? write with { Expected = place }
            : write.Kind == OperationKind.Put ? write with { MustBeAbsent = true }
            : write;
    }
}
