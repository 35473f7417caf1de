using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Tests.Support;

sealed partial class Simulation
{
    void Write(Call call)
    {
        var (agent, space, index, key, next) = call;
        var kind = Chance(0.15) ? OperationKind.Delete : OperationKind.Put;
        var known = agent.ETags.TryGetValue((index, key), out var etag) && Chance(0.5) ? etag : (Place?)null;
        var number = ++_values;
        var intent = new Operation
        {
            Space = space.Name, Key = key, Kind = kind, Level = Chance(0.5) ? Level.Session : Level.Strong, Value = kind == OperationKind.Put ? $"v{number}" : null,
            Expected = known, MustBeAbsent = known is null && kind == OperationKind.Put && Chance(0.2), RequestId = $"r{number}", Seen = agent.Token[index],
        };
        var dependencies = (long[])agent.Token.Clone();
        var open = agent.Recorder.Begin(intent);
        if (Chance(0.02))
        {
            After(_random.Next(400), () => Tell(new Answer(Outcome.Failed)));
            return;
        }
        if (!Chance(0.06))
        {
            After(_random.Next(400), () => Enqueue(space, intent, dependencies, answer => After(_random.Next(400), () => Tell(answer))));
            return;
        }
        // No answer comes. The write never arrives, or does, or does so much later.
        if (Chance(0.6))
            After(_random.Next(Chance(0.5) ? 400 : 20_000), () => Enqueue(space, intent, dependencies, static _ => { }));
        After(1_000, () => Tell(new Answer(Outcome.Unknown)));

        void Tell(Answer answer)
        {
            open.End(answer);
            agent.Learn(index, answer.Version);
            space.Told = Math.Max(space.Told, answer.Version);
            if (answer.ETag is { } at)
                agent.ETags[(index, key)] = at;
            if (answer.Outcome == Outcome.Ok)
                agent.Written[index] = Math.Max(agent.Written[index], answer.Version);
            next();
        }
    }

    void Enqueue(SimulatedSpace space, Operation intent, long[] dependencies, Action<Answer> answer)
    {
        space.Waiting.Add(place => answer(Settle(space, intent, dependencies, place)));
        if (space.Waiting.Count == 1)
            After(_random.Next(300), () => Commit(space));
    }

    void Commit(SimulatedSpace space)
    {
        var entries = space.Log.Count;
        var version = space.Head + 1;
        var waiting = space.Waiting.ToArray();
        space.Waiting.Clear();
        foreach (var write in waiting)
            write(new Place(version, space.Log.Count - entries + (_lostEntries ? 1 : 0)));
        if (space.Log.Count > entries || _lostEntries)
            space.Commit(version, _clock.Nanoseconds);
        _lostEntries = false;
    }

    bool _lostEntries;

    Answer Settle(SimulatedSpace space, Operation intent, long[] dependencies, Place place)
    {
        var newest = space.Newest(intent.Key);
        var current = newest?.Value is null ? (Place?)null : newest.At;
        var state = new State(place, intent.Value, dependencies, intent.RequestId!);
        var refusal = (intent.Expected is { } expected && current != expected) || (intent.MustBeAbsent && current is not null) ? Outcome.PreconditionFailed
            : intent.Kind == OperationKind.Delete && current is null ? Outcome.NotFound
            : (Outcome?)null;
        if (refusal is { } refused)
        {
            if (bug == Bug.LostUpdate && intent.Expected is not null && current is not null && Chance(0.5))
            {
                Bites++;
                return Append();
            }
            if (bug == Bug.DuplicateMemory && intent.MustBeAbsent && newest is { Value: not null })
            {
                space.Twins[intent.Key] = newest;
                return Append();
            }
            if (bug == Bug.RefusedWriteTakesEffect && Chance(0.3))
            {
                Bites++;
                Append();
            }
            return new Answer(refused, ETag: current, Version: place.Entry == 0 ? space.Head : place.Commit);
        }
        switch (bug)
        {
            case Bug.DirtyRead when space.Dirty is null && intent.Value is not null && Chance(0.15):
                space.Dirty = (intent.Key, state);
                return new Answer(Chance(0.5) ? Outcome.Failed : Outcome.Unknown);
            case Bug.LostWrite when Chance(0.05):
                Bites++;
                _lostEntries = true;
                return new Answer(Outcome.Ok, place, Version: place.Commit);
            case Bug.DoubledWrite when intent.Value is not null && Chance(0.08):
                Bites++;
                After(2_000, () =>
                {
                    space.Waiting.Add(again => space.Apply(intent.Key, state with { At = again }));
                    if (space.Waiting.Count == 1)
                        Commit(space);
                });
                return Append();
            default:
                return Append();
        }

        Answer Append()
        {
            space.Apply(intent.Key, state);
            return new Answer(Outcome.Ok, place, Version: place.Commit);
        }
    }
}
