using System.Globalization;
using DaprMemory.Checker.History;

namespace DaprMemory.Cli.Torture;

/// <summary>Draws what one client does next: all kinds of calls at all levels, half of them on keys that everybody uses.</summary>
internal sealed class Workload(TortureOptions options, int client)
{
    const int ColdKeys = 6;

    // Routing is affinity, not correctness: a shard must serve what it does not own as truly, however little it has heard of it.
    const int AstrayPercent = 8;

    static readonly Level[] Levels = [Level.Session, Level.Session, Level.Session, Level.Strong, Level.Causal, Level.Causal, Level.Eventual];

    readonly Random _random = new(unchecked((options.Seed * 7919) + client));
    readonly Dictionary<(string Space, string Key), Place?> _known = [];
    long _drawn;

    /// <summary>Every space of a run.</summary>
    public static IEnumerable<string> SpacesOf(TortureOptions options) => Enumerable.Range(0, options.Spaces).Select(NameOfSpace);

    /// <summary>Every key that a run may use in a space.</summary>
    public static IReadOnlyList<string> KeysOf(TortureOptions options, string space) =>
    [
        .. Enumerable.Range(0, ColdKeys).Select(NameOfKey),
        .. Enumerable.Range(0, options.HotKeys).Where(hot => SpaceOfHot(options, hot) == space).Select(NameOfHot),
    ];

    /// <summary>The next call.</summary>
    public PlannedCall Next()
    {
        var intent = NextIntent();
        return new PlannedCall(intent)
        {
            Keys = intent.Kind == OperationKind.MultiRead ? KeysOf(options, intent.Space) : [],
            IsList = _random.Next(2) == 0,
            Shard = _random.Next(100) < AstrayPercent ? _random.Next(options.Shards) : null,
        };
    }

    /// <summary>Remembers what an answer told of a key, for later preconditions.</summary>
    public void Learn(Operation operation, Answer answer)
    {
        var key = (operation.Space, operation.Key);
        if (answer.Outcome == Outcome.NotFound || answer is { Outcome: Outcome.Ok } && operation.Kind == OperationKind.Delete)
            _known[key] = null;
        else if (answer is { Outcome: Outcome.Ok, ETag: { } place })
            _known[key] = place;
        else
            _known.Remove(key);
    }

    Operation NextIntent()
    {
        var isHot = options.HotKeys > 0 && _random.Next(2) == 0;
        var hot = isHot ? _random.Next(options.HotKeys) : 0;
        var space = isHot ? SpaceOfHot(options, hot) : NameOfSpace(_random.Next(options.Spaces));
        var key = isHot ? NameOfHot(hot) : NameOfKey(_random.Next(ColdKeys));
        var operation = new Operation { Space = space, Key = key, Level = Levels[_random.Next(Levels.Length)] };
        return _random.Next(100) switch
        {
            < 42 => operation with { Kind = OperationKind.Read },
            < 47 => operation with { Kind = OperationKind.MultiRead, Key = "" },
            < 67 => Put(operation),
            < 90 => Conditional(Put(operation)),
            < 95 => Delete(operation),
            _ => Conditional(Delete(operation)),
        };
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

    static string SpaceOfHot(TortureOptions options, int hot) => NameOfSpace(hot % options.Spaces);

    // Short names: a token of 1 KiB must hold all spaces, or it forgets some.
    static string NameOfSpace(int number) => string.Create(CultureInfo.InvariantCulture, $"s{number}");

    static string NameOfKey(int number) => string.Create(CultureInfo.InvariantCulture, $"k{number}");

    static string NameOfHot(int number) => string.Create(CultureInfo.InvariantCulture, $"hot{number}");
}
