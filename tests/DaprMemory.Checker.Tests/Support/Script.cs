using DaprMemory.Checker.Checks;
using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Tests.Support;

/// <summary>A history by hand. Times are milliseconds, places are <c>n.i</c>, and the space is <c>s</c> unless said.</summary>
sealed class Script
{
    const long Millisecond = 1_000_000;

    readonly List<Operation> _operations = [];
    readonly List<Operation> _final = [];
    List<LogEntry>? _log;

    public RecordedHistory History => new() { Seed = 1, Operations = _operations, Final = _final, Log = _log };

    public HistoryIndex Index => new(History);

    public Script Put(
        string value, string? at, long begin, long end, string key = "k", string? expected = null, bool absent = false, int client = 1,
        Outcome outcome = Outcome.Ok, string space = "s", Level level = Level.Strong, long version = 0)
    {
        Add(OperationKind.Put, space, key, level, client, begin, end, outcome, at, version, value, expected, absent);
        return this;
    }

    public Script Delete(
        string? at, long begin, long end, string key = "k", string? expected = null, int client = 1,
        Outcome outcome = Outcome.Ok, string space = "s", Level level = Level.Strong, long version = 0)
    {
        Add(OperationKind.Delete, space, key, level, client, begin, end, outcome, at, version, null, expected, false);
        return this;
    }

    /// <summary>A read; of no record if there is no value. The version is the value's commit unless said.</summary>
    public Script Read(
        string? value, string? at, long begin, long end, long version = 0, string key = "k", int client = 2, string space = "s", Level level = Level.Strong, long seen = 0)
    {
        Add(OperationKind.Read, space, key, level, client, begin, end, value is null ? Outcome.NotFound : Outcome.Ok, at, version, value, null, false, seen);
        return this;
    }

    /// <summary>The last answer said how old its view might be.</summary>
    public Script SayingAge(long milliseconds)
    {
        _operations[^1] = _operations[^1] with { Age = milliseconds * Millisecond };
        return this;
    }

    public Script Append(long first, long begin, long end, params string[] texts) => Append(first, begin, end, texts, client: 1);

    public Script Append(long first, long begin, long end, string[] texts, int client = 1, Outcome outcome = Outcome.Ok, string space = "s")
    {
        Turn[] turns = [.. texts.Select((text, i) => new Turn(outcome == Outcome.Ok ? first + i : 0, text))];
        return Talk(OperationKind.Append, begin, end, client, outcome, Level.Session, space, turns);
    }

    /// <summary>A read of turns, of all unless said.</summary>
    public Script Turns(
        long newest, long begin, long end, (long Number, string Text)[] turns, int client = 4, Level level = Level.Session, long before = 0, int limit = 100, string space = "s")
    {
        Talk(OperationKind.ReadTurns, begin, end, client, Outcome.Ok, level, space, [.. turns.Select(turn => new Turn(turn.Number, turn.Text))]);
        _operations[^1] = _operations[^1] with { Newest = newest, Before = before, Limit = limit };
        return this;
    }

    public Script NoTurns(long begin, long end, int client = 4, Level level = Level.Session) =>
        Talk(OperationKind.ReadTurns, begin, end, client, Outcome.NotFound, level, "s", null);

    public Script End(long begin, long end, Outcome outcome = Outcome.Ok) =>
        Talk(OperationKind.DeleteSession, begin, end, 5, outcome, Level.Session, "s", null);

    public Script ReadAll(long begin, long end, long version, params (string Key, string? Value, string? At)[] items) =>
        ReadAll(OperationKind.MultiRead, begin, end, version, items);

    public Script Search(long begin, long end, long version, params (string Key, string? Value, string? At)[] items) =>
        ReadAll(OperationKind.Search, begin, end, version, items);

    Script Talk(OperationKind kind, long begin, long end, int client, Outcome outcome, Level level, string space, Turn[]? turns)
    {
        _operations.Add(new Operation
        {
            Id = _operations.Count + 1, Client = client, Space = space, Key = "talk", Kind = kind, Level = level, Begin = begin * Millisecond, End = end * Millisecond,
            Outcome = outcome, Turns = turns,
        });
        return this;
    }

    Script ReadAll(OperationKind kind, long begin, long end, long version, (string Key, string? Value, string? At)[] items)
    {
        _operations.Add(new Operation
        {
            Id = _operations.Count + 1, Client = 2, Space = "s", Kind = kind, Begin = begin * Millisecond, End = end * Millisecond, Outcome = Outcome.Ok,
            Version = version, Items = [.. items.Select(item => new ReadItem(item.Key, At(item.At), item.Value))],
        });
        return this;
    }

    /// <summary>The last operation was one of the final reads.</summary>
    public Script InTheEnd()
    {
        _final.Add(_operations[^1]);
        _operations.RemoveAt(_operations.Count - 1);
        return this;
    }

    public Script Log(params (string At, string Key, string? Value)[] entries)
    {
        _log = [.. entries.Select(entry => new LogEntry("s", At(entry.At)!.Value, null, entry.Key, entry.Value))];
        return this;
    }

    public IReadOnlyList<Promise> Broken(CheckOptions? options = null) =>
        [.. HistoryChecker.Check(History, options).Violations.Select(violation => violation.Promise).Distinct().Order()];

    void Add(
        OperationKind kind, string space, string key, Level level, int client, long begin, long end, Outcome outcome, string? at, long version, string? value,
        string? expected, bool absent, long seen = 0)
    {
        var place = At(at);
        _operations.Add(new Operation
        {
            Id = _operations.Count + _final.Count + 1, Client = client, Space = space, Key = key, Kind = kind, Level = level, Begin = begin * Millisecond, End = end * Millisecond,
            Outcome = outcome, ETag = place, Version = version > 0 ? version : place?.Commit ?? 0, Value = value, Expected = At(expected), MustBeAbsent = absent, Seen = seen,
        });
    }

    static Place? At(string? text) => text is null ? null : Place.TryParse(text, out var place) ? place : throw new ArgumentException(text, nameof(text));
}
