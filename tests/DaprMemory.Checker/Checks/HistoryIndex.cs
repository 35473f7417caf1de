using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Checks;

/// <summary>
/// A history, arranged for the checks: by space and key, by time, and each write at its place in the log. A place is known from the
/// acknowledgement, from the log, or, of a write whose outcome is unknown, from whoever was shown its value.
/// </summary>
sealed class HistoryIndex
{
    readonly Dictionary<string, SpaceHistory> _spaces = [];
    readonly Dictionary<Operation, List<Place>> _places = new(ReferenceEqualityComparer.Instance);
    readonly (long Time, bool IsEnd, int Index)[] _events;

    public HistoryIndex(RecordedHistory history)
    {
        History = history;
        Operations = [.. history.Operations, .. history.Final];
        _events = NewEvents();
        foreach (var operation in Operations)
            AddToKeys(operation);
        foreach (var operation in Operations)
        {
            if (operation is { IsWrite: true, Outcome: Outcome.Ok, ETag: { } at })
                Put(at, operation);
        }
        if (history.Log is { } log)
            PlaceLogged(log);
        else
            PlaceObserved();
        foreach (var key in Keys)
            key.Sort();
        foreach (var session in _spaces.Values.SelectMany(space => space.Sessions))
            session.PartLives();
    }

    public RecordedHistory History { get; }

    /// <summary>The operations and the final reads. Checks name them by their index.</summary>
    public IReadOnlyList<Operation> Operations { get; }

    public IReadOnlyCollection<SpaceHistory> Spaces => _spaces.Values;

    public IEnumerable<KeyHistory> Keys => _spaces.Values.SelectMany(space => space.Keys);

    /// <summary>What stands in the log, and the operation that each entry is of; one is made up for a foreign entry, which is of no client.</summary>
    public IReadOnlyList<(LogEntry Entry, Operation Write, bool IsForeign)> Logged { get; private set; } = [];

    public SpaceHistory Space(string name) =>
        _spaces.TryGetValue(name, out var known) ? known : _spaces[name] = new SpaceHistory(name, _spaces.Count);

    public KeyHistory Key(Operation operation) => Space(operation.Space).Key(operation.Key);

    /// <summary>The places at which a write stands: none, one, or more if it was doubled.</summary>
    public IReadOnlyList<Place> PlacesOf(Operation write) => _places.TryGetValue(write, out var places) ? places : [];

    /// <summary>Goes through the history in time; begins before ends of the same moment, so that touching operations overlap.</summary>
    public void Replay(Action<int, Operation> begin, Action<int, Operation> end)
    {
        foreach (var (_, isEnd, i) in _events)
            (isEnd ? end : begin)(i, Operations[i]);
    }

    (long, bool, int)[] NewEvents()
    {
        var events = new List<(long Time, bool IsEnd, int Index)>(2 * Operations.Count);
        for (var i = 0; i < Operations.Count; i++)
        {
            events.Add((Operations[i].Begin, false, i));
            if (Operations[i].IsAnswered)
                events.Add((Operations[i].End, true, i));
        }
        events.Sort();
        return [.. events];
    }

    void AddToKeys(Operation operation)
    {
        var space = Space(operation.Space);
        if (operation.IsWrite)
            space.Key(operation.Key).AddAttempt(operation);
        else if (operation.IsOfSession)
            space.Session(operation.Key).Add(operation);
        foreach (var item in operation.Shown)
            space.Key(item.Key).Reads.Add((operation, item));
    }

    void Put(Place at, Operation write)
    {
        if (!_places.TryGetValue(write, out var places))
            _places[write] = places = [];
        if (places.Contains(at))
            return;
        places.Add(at);
        Key(write).Place(at, write);
        Space(write.Space).Places.TryAdd(at, write);
    }

    void PlaceLogged(IReadOnlyList<LogEntry> log)
    {
        var byRequest = new Dictionary<(string Space, string Request), Operation>();
        foreach (var operation in Operations)
        {
            if (operation is { IsWrite: true, RequestId: { } request })
                byRequest.TryAdd((operation.Space, request), operation);
        }
        var logged = new List<(LogEntry, Operation, bool)>(log.Count);
        foreach (var entry in log)
        {
            var key = Space(entry.Space).Key(entry.Key);
            var write = entry.RequestId is { } request && byRequest.TryGetValue((entry.Space, request), out var known) ? known
                : entry.Value is { } value ? key.WriterOf(value)
                : Space(entry.Space).Places.GetValueOrDefault(entry.At);
            logged.Add((entry, write ?? Foreign(entry), write is null));
            Put(entry.At, logged[^1].Item2);
        }
        Logged = logged;
    }

    static Operation Foreign(LogEntry entry) => new()
    {
        Id = -((entry.At.Commit << 16) + entry.At.Entry),
        Client = -1,
        Space = entry.Space,
        Key = entry.Key,
        Kind = entry.Value is null ? OperationKind.Delete : OperationKind.Put,
        Value = entry.Value,
        RequestId = entry.RequestId,
        End = Operation.Never,
    };

    void PlaceObserved()
    {
        foreach (var key in Keys)
        {
            foreach (var (_, item) in key.Reads)
            {
                if (item is { Value: { } value, ETag: { } at }
                    && key.WriterOf(value) is { Outcome: Outcome.Unknown } writer && !_places.ContainsKey(writer))
                    Put(at, writer);
            }
            key.Unplaced.AddRange(key.Attempts.Where(write => write.Outcome == Outcome.Unknown && !_places.ContainsKey(write)));
        }
    }
}
