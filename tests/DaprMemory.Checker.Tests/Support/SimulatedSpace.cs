using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Tests.Support;

/// <summary>One state of a key, from a place on.</summary>
sealed record State(Place At, string? Value, long[] Dependencies, string RequestId);

/// <summary>The correct part of the simulation: a space's log, of which every older version can be read.</summary>
sealed class SimulatedSpace(string name)
{
    readonly Dictionary<string, List<State>> _keys = [];
    readonly List<(long Time, long Version)> _heads = [(0, 0)];

    public string Name { get; } = name;

    public long Head { get; private set; }

    /// <summary>The newest version that any client was told.</summary>
    public long Told { get; set; }

    public List<LogEntry> Log { get; } = [];

    /// <summary>Writes that wait for the next commit.</summary>
    public List<Action<Place>> Waiting { get; } = [];

    /// <summary>What a node believes to have committed (<see cref="Bug.DirtyRead"/>).</summary>
    public (string Key, State State)? Dirty { get; set; }

    public Dictionary<string, SimulatedSession> Sessions { get; } = [];

    /// <summary>What there is beside the newest state of a key (<see cref="Bug.DuplicateMemory"/>).</summary>
    public Dictionary<string, State> Twins { get; } = [];

    public SimulatedSession Session(string session) =>
        Sessions.TryGetValue(session, out var known) ? known : Sessions[session] = new SimulatedSession();

    public State? At(string key, long version) =>
        _keys.TryGetValue(key, out var states) ? states.FindLast(state => state.At.Commit <= version) : null;

    public State? Newest(string key) => At(key, long.MaxValue);

    public void Apply(string key, State state)
    {
        if (!_keys.TryGetValue(key, out var states))
            _keys[key] = states = [];
        states.Add(state);
        Log.Add(new LogEntry(Name, state.At, state.RequestId, key, state.Value));
    }

    public void Commit(long version, long time)
    {
        Head = version;
        _heads.Add((time, version));
    }

    /// <summary>The version that was the newest at a moment.</summary>
    public long HeadAt(long time) => _heads.FindLast(head => head.Time <= time).Version;
}
