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

    public Script ReadAll(long begin, long end, long version, params (string Key, string? Value, string? At)[] items)
    {
        _operations.Add(new Operation
        {
            Id = _operations.Count + 1, Client = 2, Space = "s", Kind = OperationKind.MultiRead, Begin = begin * Millisecond, End = end * Millisecond, Outcome = Outcome.Ok,
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
