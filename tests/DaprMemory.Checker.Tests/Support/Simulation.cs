using DaprMemory.Checker.Checks;
using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Tests.Support;

/// <summary>
/// A store that keeps every promise, no more: clients overlap, answers are late, writes share commits, outcomes get lost and take effect
/// late, and reads are as old as their level allows. With a <see cref="Bug"/> it breaks one promise, now and then.
/// </summary>
sealed partial class Simulation(int seed, Bug bug = Bug.None)
{
    const long Microsecond = 1_000;

    readonly Random _random = new(seed);
    readonly SimulationClock _clock = new();
    readonly PriorityQueue<Action, (long, int)> _events = new();
    SimulatedSpace[] _spaces = [];
    HistoryRecorder _recorder = null!;
    int _sequence;
    int _values;
    long _finalId = 1_000_000;

    /// <summary>A simulation whose clients do enough of what the bug is about.</summary>
    public static Simulation Of(int seed, Bug bug, int clients = 6) => new(seed, bug) { Clients = clients, Talk = bug >= Bug.LostAppend ? 0.7 : 0 };

    public static CheckOptions Options { get; } = new() { StalenessAge = TimeSpan.FromMilliseconds(8), StalenessVersions = 60 };

    public int Clients { get; init; } = 6;

    public int OperationsPerClient { get; init; } = 80;

    public int Spaces { get; init; } = 2;

    public int KeysPerSpace { get; init; } = 3;

    /// <summary>Keys of the first space that half of all operations go to.</summary>
    public int HotKeys { get; init; }

    /// <summary>The share of the operations that are about sessions.</summary>
    public double Talk { get; init; }

    /// <summary>How often the bug has broken a promise.</summary>
    public int Bites { get; private set; }

    public RecordedHistory Run()
    {
        _recorder = new HistoryRecorder(_clock);
        _spaces = [.. Enumerable.Range(0, Spaces).Select(i => new SimulatedSpace($"s{i}"))];
        for (var i = 0; i < Clients; i++)
        {
            var client = new Agent(_recorder.Client(i), new long[Spaces], new long[Spaces]);
            After(_random.Next(500), () => Act(client, OperationsPerClient));
        }
        Drain();
        return new RecordedHistory { Seed = seed, Operations = _recorder.Snapshot(), Final = ReadAll(), Log = [.. _spaces.SelectMany(space => space.Log)] };
    }

    List<Operation> ReadAll()
    {
        var final = new HistoryRecorder(_clock).Client(Clients);
        var began = _clock.Nanoseconds;
        return [.. ReadSessions(began), .. _spaces.SelectMany(space => Keys(space).Select(key =>
        {
            var state = space.Newest(key);
            return new Operation
            {
                Id = ++_finalId, Client = Clients, Space = space.Name, Key = key, Kind = OperationKind.Read, Level = Level.Strong, Begin = began + 1, End = began + 2,
                Outcome = state?.Value is null ? Outcome.NotFound : Outcome.Ok, Value = state?.Value, ETag = state?.Value is null ? null : state.At, Version = space.Head,
            };
        }))];
    }

    IEnumerable<string> Keys(SimulatedSpace space) =>
        Enumerable.Range(0, space == _spaces[0] ? Math.Max(HotKeys, KeysPerSpace) : KeysPerSpace).Select(i => $"k{i}");

    void Drain()
    {
        while (_events.TryDequeue(out var action, out var at))
        {
            _clock.Nanoseconds = at.Item1;
            action();
        }
    }

    void After(long microseconds, Action action) =>
        _events.Enqueue(action, (_clock.Nanoseconds + (microseconds * Microsecond) + _random.Next((int)Microsecond), _sequence++));

    bool Chance(double probability) => _random.NextDouble() < probability;

    void Act(Agent agent, int left)
    {
        if (left == 0)
            return;
        var space = _spaces[HotKeys > 0 && Chance(0.5) ? 0 : _random.Next(_spaces.Length)];
        var index = Array.IndexOf(_spaces, space);
        var key = $"k{_random.Next(Keys(space).Count())}";
        var call = new Call(agent, space, index, key, () => After(_random.Next(Chance(0.1) ? 4_000 : 300), () => Act(agent, left - 1)));
        if (Talk > 0 && Chance(Talk))
            Converse(call);
        else if (Chance(0.5))
            Read(call);
        else
            Write(call);
    }

    Level NextLevel() => bug == Bug.BrokenCausality && Chance(0.7) ? Level.Causal : _random.Next(8) switch { 0 or 1 => Level.Eventual, 2 or 3 => Level.Session, 4 or 5 => Level.Causal, _ => Level.Strong };

    /// <summary>A client: what its token says, and what it would say if nothing were forgotten.</summary>
    sealed record Agent(ClientRecorder Recorder, long[] Token, long[] Truth)
    {
        public long[] Written { get; } = new long[Token.Length];

        public Dictionary<(int Space, string Key), Place> ETags { get; } = [];

        /// <summary>The sessions that it was shown.</summary>
        public HashSet<List<string>> Lives { get; } = new(ReferenceEqualityComparer.Instance);

        public void Learn(int space, long version)
        {
            Token[space] = Math.Max(Token[space], version);
            Truth[space] = Math.Max(Truth[space], version);
        }
    }

    sealed record Call(Agent Agent, SimulatedSpace Space, int Index, string Key, Action Next);
}
