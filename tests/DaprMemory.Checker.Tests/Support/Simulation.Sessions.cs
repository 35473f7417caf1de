using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Tests.Support;

sealed partial class Simulation
{
    static readonly int[] PageSizes = [2, 5, 100];

    readonly Dictionary<string, long[]> _turnDependencies = [];

    void Converse(Call call)
    {
        var name = $"talk{_random.Next(2)}";
        var session = call.Space.Session(name);
        var intent = new Operation { Space = call.Space.Name, Key = name, Level = NextLevel() };
        switch (_random.Next(100))
        {
            case < 50:
                Append(call, session, intent);
                break;
            case < 95:
                ReadTurns(call, session, intent);
                break;
            default:
                var open = call.Agent.Recorder.Begin(intent with { Kind = OperationKind.DeleteSession });
                After(_random.Next(400), () =>
                {
                    var outcome = session.Life is null ? Outcome.NotFound : Outcome.Ok;
                    if (outcome == Outcome.Ok)
                        session.Delete(_clock.Nanoseconds);
                    Tell(call, open, new Answer(outcome));
                });
                break;
        }
    }

    void Append(Call call, SimulatedSession session, Operation intent)
    {
        string[] texts = [.. Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => $"v{++_values}")];
        foreach (var text in texts)
            _turnDependencies[text] = (long[])call.Agent.Truth.Clone();
        var open = call.Agent.Recorder.Begin(intent with { Kind = OperationKind.Append, Turns = [.. texts.Select(text => new Turn(0, text))] });
        if (Chance(0.02))
            After(_random.Next(400), () => Tell(call, open, new Answer(Outcome.Failed)));
        else if (Chance(0.06))
        {
            // No answer comes. It never arrives, or does, or does so much later.
            if (Chance(0.6))
                After(_random.Next(Chance(0.5) ? 400 : 20_000), () => Write(session, texts));
            After(1_000, () => Tell(call, open, new Answer(Outcome.Unknown)));
        }
        else
        {
            After(_random.Next(400), () =>
            {
                var first = Write(session, texts);
                call.Agent.Lives.Add(session.Life!);
                Tell(call, open, new Answer(Outcome.Ok) { Turns = [.. texts.Select((text, i) => new Turn(first + i, text))] });
            });
        }
    }

    int Write(SimulatedSession session, string[] texts)
    {
        if (session.Life is null)
            session.Begin(bug == Bug.ResurrectedSession && session.Former is { Count: > 0 } former ? Bite(true, former, []) : []);
        var life = session.Life!;
        var at = life.Count;
        switch (bug)
        {
            case Bug.LostAppend when Chance(0.05):
                Bites++;
                return at + 1;
            case Bug.ReorderedAppends when at > 0 && Chance(0.05):
                at = Bite(true, at - 1, at);
                break;
            case Bug.DoubledAppend when Chance(0.05):
                Bites++;
                After(2_000, () =>
                {
                    if (session.Life is null)
                        session.Begin();
                    session.Life!.AddRange(texts);
                    session.Note(_clock.Nanoseconds);
                });
                break;
        }
        life.InsertRange(at, texts);
        session.Note(_clock.Nanoseconds);
        return at + 1;
    }

    void ReadTurns(Call call, SimulatedSession session, Operation intent)
    {
        var began = _clock.Nanoseconds;
        var isPage = Chance(0.3);
        var read = intent with { Kind = OperationKind.ReadTurns, Limit = PageSizes[_random.Next(PageSizes.Length)], Before = isPage ? _random.Next(1, 30) : 0 };
        var open = call.Agent.Recorder.Begin(read);
        After(_random.Next(400), () =>
        {
            var age = read.Level == Level.Eventual ? _random.NextInt64(Options.StalenessAge.Ticks * 100)
                : bug == Bug.StaleEndOfSession && Chance(0.3) ? Bite(true, 3_000 * Microsecond, 0)
                : 0;
            var (life, count) = session.At((age > 0 ? began : _clock.Nanoseconds) - age);
            // Of a session that it was not told of, a client may not hear yet.
            if (life is null || (read.Level is Level.Session or Level.Causal && !call.Agent.Lives.Contains(life) && Chance(0.2)))
            {
                Tell(call, open, new Answer(Outcome.NotFound));
                return;
            }
            if (read.Level != Level.Eventual)
                call.Agent.Lives.Add(life);
            var last = Math.Min(count, read.Before > 0 ? read.Before - 1 : long.MaxValue);
            var first = Math.Max(1, last - read.Limit + 1);
            var turns = new List<Turn>();
            for (var number = first; number <= last; number++)
                turns.Add(new Turn(number, life[(int)number - 1]));
            foreach (var turn in turns.Where(_ => read.Level == Level.Causal))
            {
                for (var i = 0; i < _spaces.Length; i++)
                    call.Agent.Learn(i, _turnDependencies[turn.Text][i]);
            }
            Tell(call, open, new Answer(Outcome.Ok) { Newest = count, Turns = turns });
        });
    }

    void Tell(Call call, OpenCall open, Answer answer) => After(_random.Next(400), () =>
    {
        open.End(answer);
        call.Next();
    });

    /// <summary>What is left of the sessions, read when all is over.</summary>
    IEnumerable<Operation> ReadSessions(long began) => _spaces.SelectMany(space => space.Sessions.Select(session => new Operation
    {
        Id = ++_finalId, Client = Clients, Space = space.Name, Key = session.Key, Kind = OperationKind.ReadTurns, Level = Level.Strong, Begin = began + 1, End = began + 2,
        Outcome = session.Value.Life is null ? Outcome.NotFound : Outcome.Ok, Limit = int.MaxValue, Newest = session.Value.Life?.Count ?? 0,
        Turns = session.Value.Life?.Select((text, i) => new Turn(i + 1, text)).ToList(),
    }));
}
