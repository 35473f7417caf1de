using DaprMemory.Checker.History;

namespace DaprMemory.Checker.Tests.Support;

sealed partial class Simulation
{
    void Read(Call call)
    {
        var (agent, space, index, key, _) = call;
        var level = NextLevel();
        var keys = Chance(bug is Bug.TornMultiRead or Bug.SearchMissesWrite or Bug.SearchShowsDeleted or Bug.DuplicateMemory ? 0.5 : 0.1) ? Keys(space).Take(4).ToArray() : null;
        var told = space.Told;
        var began = _clock.Nanoseconds;
        var seen = agent.Token[index];
        var truth = agent.Truth[index];
        var open = agent.Recorder.Begin(new Operation
        {
            Space = space.Name, Key = keys is null ? key : "", Kind = keys is null ? OperationKind.Read : bug == Bug.TornMultiRead ? OperationKind.MultiRead : OperationKind.Search, Level = level, Seen = seen,
        });
        After(_random.Next(400), () =>
        {
            var version = VersionFor(level, space, seen);
            version = MisservedVersion(level, call, version, began, told, truth);
            ReadItem[] items = [.. (keys ?? [key]).Select(name => Show(call, name, version, level, told))];
            if (keys is not null)
                items = Search(call, version, level, items);
            var dirty = items.Max(item => item.ETag?.Commit ?? 0);
            After(_random.Next(400), () => Answer(call, open, level, keys is null, bug == Bug.DirtyRead ? Math.Max(version, dirty) : version, items));
        });
    }

    void Answer(Call call, OpenCall open, Level level, bool isSingle, long version, ReadItem[] items)
    {
        var (agent, space, index, _, next) = call;
        agent.Learn(index, version);
        space.Told = Math.Max(space.Told, version);
        foreach (var item in items)
        {
            if (item.ETag is { } at)
                agent.ETags[(index, item.Key)] = at;
            if (level != Level.Causal || item.ETag is null || space.At(item.Key, item.ETag.Value.Commit) is not { } state)
                continue;
            for (var i = 0; i < _spaces.Length; i++)
            {
                agent.Truth[i] = Math.Max(agent.Truth[i], state.Dependencies[i]);
                if (bug != Bug.BrokenCausality)
                    agent.Token[i] = agent.Truth[i];
            }
        }
        open.End(isSingle
            ? new Answer(items[0].ETag is null ? Outcome.NotFound : Outcome.Ok, items[0].ETag, items[0].Value, version)
            : new Answer(Outcome.Ok, Version: version, Items: items));
        next();
    }

    long VersionFor(Level level, SimulatedSpace space, long seen)
    {
        var oldest = level switch
        {
            Level.Strong => space.Head,
            Level.Eventual => Math.Max(space.HeadAt(_clock.Nanoseconds - (Options.StalenessAge.Ticks * 100)), space.Head - Options.StalenessVersions),
            _ => seen,
        };
        return Chance(0.4) ? space.Head : _random.NextInt64(oldest, space.Head + 1);
    }

    long MisservedVersion(Level level, Call call, long version, long began, long told, long truth)
    {
        var (agent, space, index, key, _) = call;
        switch (bug)
        {
            case Bug.StaleStrongRead when level == Level.Strong && Chance(0.3):
                var old = space.HeadAt(began - (2_000 * Microsecond));
                return Bite(old < told && !Equals(space.At(key, old)?.At, space.At(key, told)?.At), old, version);
            case Bug.BrokenReadYourWrites when level == Level.Session && agent.Written[index] > 0 && Chance(0.3):
                return Bite(true, _random.NextInt64(0, agent.Written[index]), version);
            case Bug.BrokenCausality when level == Level.Causal:
                var direct = agent.Token[index];
                return Bite(direct < truth, direct, version);
            case Bug.StaleEventualRead when level == Level.Eventual:
                // What was acknowledged by then: a commit is told at most 0.4 ms after it was made.
                var due = space.HeadAt(began - (Options.StalenessAge.Ticks * 100) - (1_000 * Microsecond));
                return Bite(due > 3, due - 3, version);
            default:
                return version;
        }
    }

    ReadItem Show(Call call, string key, long version, Level level, long told)
    {
        var space = call.Space;
        var state = space.At(key, version);
        switch (bug)
        {
            case Bug.StaleStrongValue when level == Level.Strong && state is { Value: not null } && Chance(0.3):
                var old = space.At(key, space.HeadAt(_clock.Nanoseconds - (2_500 * Microsecond)));
                state = Bite(old is { Value: not null } && old.At.Commit < told && space.At(key, told) is { } due && due.At > old.At, old, state);
                break;
            case Bug.DirtyRead when space.Dirty is { } dirty && dirty.Key == key && level > Level.Eventual:
                state = Bite(true, dirty.State, state);
                space.Dirty = null;
                break;
            case Bug.ResurrectedDelete when state is { Value: null } && Chance(0.5):
                var before = space.At(key, state.At.Commit - 1);
                state = Bite(before is { Value: not null }, before, state);
                break;
            case Bug.PhantomValue when state is { Value: not null } && Chance(0.1):
                state = Bite(true, state with { Value = $"ghost{_values}" }, state);
                break;
            case Bug.TornMultiRead when state is { Value: not null } && Chance(0.2):
                var torn = space.At(key, state.At.Commit - 1);
                state = Bite(torn is { Value: not null }, torn, state);
                break;
        }
        return new ReadItem(key, state?.Value is null ? null : state.At, state?.Value);
    }

    T Bite<T>(bool bites, T wrong, T right)
    {
        Bites += bites ? 1 : 0;
        return bites ? wrong : right;
    }

    /// <summary>What an index makes of what it should show.</summary>
    ReadItem[] Search(Call call, long version, Level level, ReadItem[] items)
    {
        if (bug is not (Bug.SearchMissesWrite or Bug.SearchShowsDeleted or Bug.DuplicateMemory))
            return items;
        var i = _random.Next(items.Length);
        var (key, at, _) = items[i];
        switch (bug)
        {
            case Bug.SearchMissesWrite when level >= Level.Session && at?.Commit <= call.Agent.Written[call.Index]:
                items[i] = Bite(true, new ReadItem(key, null, null), items[i]);
                break;
            case Bug.SearchShowsDeleted when at is null && call.Space.At(key, version) is { Value: null } deleted
                && call.Space.At(key, deleted.At.Commit - 1) is { Value: not null } before:
                items[i] = Bite(true, new ReadItem(key, before.At, before.Value), items[i]);
                break;
            case Bug.DuplicateMemory when at is not null && call.Space.Twins.TryGetValue(key, out var twin) && twin.At != at:
                return Bite(true, [.. items, new ReadItem(key, twin.At, twin.Value)], items);
        }
        return items;
    }
}
