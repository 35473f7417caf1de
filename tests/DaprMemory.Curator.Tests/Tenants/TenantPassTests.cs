using DaprMemory.Conformance;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.Upkeep;
using DaprMemory.Curator.Tenants;
using DaprMemory.Curator.Tests.Support;
using static DaprMemory.Curator.Tests.Support.Fleet;

namespace DaprMemory.Curator.Tests.Tenants;

public sealed class TenantPassTests
{
    readonly Fleet _fleet = new();

    [Fact]
    public async Task Spaces_that_have_grown_get_a_checkpoint_and_the_others_none()
    {
        await _fleet.WriteAsync(Space("grown"), 25);
        await _fleet.WriteAsync(Space("small"), 9);
        var curator = _fleet.NewCurator();

        (await curator.RunAsync(curator.Checkpoints)).ShouldBe(PassEnd.Complete);

        (await _fleet.CheckpointAsync(Space("grown"))).ShouldNotBeNull().View.Version.ShouldBe(25);
        (await _fleet.PointerAsync(Space("small"))).Checkpoints.ShouldBeEmpty();

        // A large checkpoint waits until the log has grown by about as much.
        await _fleet.WriteAsync(Space("grown"), 9);
        await curator.RunAsync(curator.Checkpoints);
        (await _fleet.PointerAsync(Space("grown"))).Checkpoints.Count.ShouldBe(1);
        await _fleet.WriteAsync(Space("grown"), 1);
        await curator.RunAsync(curator.Checkpoints);
        (await _fleet.CheckpointAsync(Space("grown"))).ShouldNotBeNull().View.Version.ShouldBe(35);
    }

    [Fact]
    public async Task Commits_that_nobody_published_are_published_in_order_once_and_marked()
    {
        await _fleet.WriteAsync(Space("a"), 300);
        await _fleet.WriteAsync(Space("b"), 3);
        var curator = _fleet.NewCurator();

        await curator.RunAsync(curator.Events);
        await curator.RunAsync(curator.Events);

        _fleet.Published.Where(e => e.Space == Space("a")).Select(e => e.Number).ShouldBe(Enumerable.Range(1, 300).Select(n => (long)n));
        _fleet.Published.Where(e => e.Space == Space("b")).Select(e => e.Number).ShouldBe([1, 2, 3]);
        // Directories tell nobody.
        _fleet.Published.Count.ShouldBe(303);
        (await _fleet.MarkAsync(Space("a"))).ShouldBe(300);

        await _fleet.WriteAsync(Space("a"), 1);
        await curator.RunAsync(curator.Events);
        _fleet.Published.Count.ShouldBe(304);
    }

    [Fact]
    public async Task Commits_that_their_writer_may_still_publish_are_left_to_it()
    {
        await _fleet.WriteAsync(Space("a"), 3);
        var curator = _fleet.NewCurator(options => options.PublishGrace = TimeSpan.FromHours(1));

        (await curator.RunAsync(curator.Events)).ShouldBe(PassEnd.Complete);

        _fleet.Published.ShouldBeEmpty();
        (await _fleet.MarkAsync(Space("a"))).ShouldBe(0);
    }

    [Fact]
    public async Task Mark_that_can_not_be_read_is_replaced()
    {
        await _fleet.WriteAsync(Space("a"), 3);
        (await _fleet.Store.TryCreateAsync(StoreKeys.Published(Space("a")), "torn"u8.ToArray(), default)).ShouldBeTrue();
        var curator = _fleet.NewCurator();

        (await curator.RunAsync(curator.Events)).ShouldBe(PassEnd.Complete);
        (await curator.RunAsync(curator.Events)).ShouldBe(PassEnd.Complete);

        (await _fleet.MarkAsync(Space("a"))).ShouldBe(3);
        _fleet.Published.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Mark_that_the_shard_has_moved_meanwhile_stays()
    {
        await _fleet.WriteAsync(Space("a"), 5);
        var mark = new VersionMark(_fleet.Store, StoreKeys.Published(Space("a")));
        (await mark.TrySaveAsync(1, null, default)).ShouldBeTrue();
        var shard = new EventDuty(_fleet.Store, new MovingPublisher(async () => (await mark.TrySaveAsync(5, (await mark.ReadAsync(default))!.Value.ETag, default)).ShouldBeTrue()), TimeSpan.Zero, TimeProvider.System);

        (await shard.RunAsync(Space("a"), default)).ShouldBeTrue();

        (await _fleet.MarkAsync(Space("a"))).ShouldBe(5);
    }

    [Fact]
    public async Task Chunks_of_dropped_checkpoints_are_removed_and_the_listed_ones_stay()
    {
        await _fleet.WriteAsync(Space("a"), 150, checkpointEvery: 1);
        var before = await _fleet.PointerAsync(Space("a"));
        before.Dropped.Count.ShouldBe(150 - before.Checkpoints.Count);
        var curator = _fleet.NewCurator();

        (await curator.RunAsync(curator.Retention)).ShouldBe(PassEnd.Complete);

        var after = await _fleet.PointerAsync(Space("a"));
        after.Dropped.ShouldBeEmpty();
        after.Checkpoints.ShouldBe(before.Checkpoints);
        foreach (var listed in after.Checkpoints)
            (await _fleet.CheckpointAsync(Space("a"), listed.Version)).ShouldNotBeNull().View.Version.ShouldBe(listed.Version);
        foreach (var dropped in before.Dropped)
            (await _fleet.Store.GetAsync(StoreKeys.CheckpointChunk(Space("a"), dropped.Version, 0), default)).ShouldBeNull();
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task Crash_anywhere_leaves_nothing_that_the_next_curator_does_not_finish(bool isAfter)
    {
        for (var at = 1; ; at++)
        {
            var fleet = new Fleet();
            await fleet.WriteAsync(Space("a"), 12);
            await fleet.WriteAsync(Space("b"), 75, checkpointEvery: 1);
            var crash = new CrashPoint(at, isAfter);
            var doomed = fleet.NewCurator(options => options.SliceTime = TimeSpan.Zero, crash);
            foreach (var duty in doomed.All)
                await doomed.RunAsync(duty);

            var next = fleet.NewCurator();
            foreach (var duty in next.All)
            {
                // The first pass may go on from where the dead one was.
                (await next.RunAsync(duty)).ShouldBe(PassEnd.Complete);
                (await next.RunAsync(duty)).ShouldBe(PassEnd.Complete);
            }

            foreach (var (space, commits) in new[] { (Space("a"), 12), (Space("b"), 75) })
            {
                (await fleet.CheckpointAsync(space)).ShouldNotBeNull($"crash at {at}").View.Version.ShouldBe(commits);
                fleet.Published.Where(e => e.Space == space).Select(e => e.Number).Distinct().Order().ShouldBe(Enumerable.Range(1, commits).Select(n => (long)n), $"crash at {at}");
                (await fleet.MarkAsync(space)).ShouldBe(commits);
                (await fleet.PointerAsync(space)).Dropped.ShouldBeEmpty();
            }
            if (!crash.IsReached)
                break;
        }
    }

    public static TheoryData<int> Seeds => new(Enumerable.Range(1, 8));

    /// <summary>Two actors of one tenant, as placement may give for a moment, over a store that fails.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Two_curators_at_once_harm_nothing(int seed)
    {
        var random = new Random(seed);
        var names = Enumerable.Range(0, 6).Select(i => Space($"s{i}")).ToList();
        var written = names.ToDictionary(name => name, _ => 0);
        foreach (var name in names)
            await GrowAsync(name);
        for (var round = 0; round < 6; round++)
        {
            var draws = new Random(random.Next());
            _fleet.Store.OnWrite = _ =>
            {
                lock (draws)
                    return draws.Next(8) == 0 ? (WriteFault)draws.Next(1, 4) : WriteFault.None;
            };
            var curators = new[] { _fleet.NewCurator(), _fleet.NewCurator() };
            await Task.WhenAll(curators.SelectMany(curator => curator.All.Select(duty => Task.Run(() => curator.RunAsync(duty)))));
            _fleet.Store.OnWrite = null;
            await GrowAsync(names[random.Next(6)]);
            _fleet.Store.LandDelayedWrites();
        }

        var last = _fleet.NewCurator();
        foreach (var duty in last.All.Concat(last.All))
            (await last.RunAsync(duty)).ShouldBe(PassEnd.Complete);
        foreach (var name in names)
        {
            _fleet.Published.Where(e => e.Space == name).Select(e => e.Number).Distinct().Order().ShouldBe(Enumerable.Range(1, written[name]).Select(n => (long)n));
            (await _fleet.MarkAsync(name)).ShouldBe(written[name]);
            // Every checkpoint that is listed is what the log gives.
            foreach (var listed in (await _fleet.PointerAsync(name)).Checkpoints)
            {
                var checkpoint = (await _fleet.CheckpointAsync(name, listed.Version)).ShouldNotBeNull();
                var commit = (await new CommitLog(_fleet.Store, name).ReadAsync(listed.Version, default)).ShouldNotBeNull().Commit;
                checkpoint.View.Version.ShouldBe(listed.Version);
                checkpoint.View.Head.ToArray().ShouldBe(commit.Hash.ToArray());
            }
        }

        async Task GrowAsync(SpaceId name)
        {
            var commits = random.Next(5, 30);
            await _fleet.WriteAsync(name, commits, checkpointEvery: random.Next(3, 20));
            written[name] += commits;
        }
    }

    [Fact]
    public async Task Pass_whose_time_is_over_goes_on_where_it_was()
    {
        for (var i = 0; i < 10; i++)
            await _fleet.WriteAsync(Space($"s{i}"), 2);
        var ends = new List<PassEnd>();
        // A new process each time: what it knows is in the store.
        while (ends.LastOrDefault() != PassEnd.Complete || ends.Count == 0)
        {
            var curator = _fleet.NewCurator(options => options.SliceTime = TimeSpan.Zero);
            ends.Add(await curator.RunAsync(curator.Events));
            ends.Count.ShouldBeLessThan(20);
        }

        ends.ShouldBe([PassEnd.Interrupted, PassEnd.Interrupted, PassEnd.Complete]);
        _fleet.Published.Select(e => e.Space.Name).ShouldBe(Enumerable.Range(0, 10).SelectMany(i => new[] { $"s{i}", $"s{i}" }));
    }

    [Fact]
    public async Task Stopping_ends_a_pass_between_two_spaces_and_the_next_goes_on()
    {
        for (var i = 0; i < 6; i++)
            await _fleet.WriteAsync(Space($"s{i}"), 2);
        using var stopping = new CancellationTokenSource();
        var curator = _fleet.NewCurator();
        var counted = new CountedDuty(curator.Events, after: 2, stopping.Cancel);

        (await curator.RunAsync(counted, stopping.Token)).ShouldBe(PassEnd.Interrupted);
        // What was under way is finished, and no more begun.
        _fleet.Published.Count.ShouldBe(4);

        (await curator.RunAsync(counted)).ShouldBe(PassEnd.Complete);
        _fleet.Published.Count.ShouldBe(12);
    }

    [Fact]
    public async Task Damaged_space_holds_up_no_other()
    {
        for (var i = 0; i < 6; i++)
            await _fleet.WriteAsync(Space($"s{i}"), 20);
        foreach (var name in new[] { "s0", "s3" })
        {
            _fleet.Store.Evict(key => key == StoreKeys.Commit(Space(name), 1));
            (await _fleet.Store.TryCreateAsync(StoreKeys.Commit(Space(name), 1), "{}"u8.ToArray(), default)).ShouldBeTrue();
        }
        var curator = _fleet.NewCurator();

        foreach (var duty in curator.All)
            (await curator.RunAsync(duty)).ShouldBe(PassEnd.Complete);

        foreach (var name in new[] { "s1", "s2", "s4", "s5" })
        {
            (await _fleet.MarkAsync(Space(name))).ShouldBe(20);
            (await _fleet.CheckpointAsync(Space(name))).ShouldNotBeNull();
        }
        (await _fleet.MarkAsync(Space("s3"))).ShouldBe(0);
    }

    [Fact]
    public async Task Broker_that_is_down_ends_the_pass_and_starves_no_space_when_it_is_back()
    {
        for (var i = 0; i < 10; i++)
            await _fleet.WriteAsync(Space($"s{i}"), 2);
        var curator = _fleet.NewCurator();
        var down = new EventDuty(_fleet.Store, new DownPublisher(), TimeSpan.Zero, TimeProvider.System);

        (await curator.RunAsync(down)).ShouldBe(PassEnd.Failed);
        _fleet.Published.ShouldBeEmpty();

        for (var i = 0; i < 2; i++)
            await curator.RunAsync(curator.Events);
        _fleet.Published.Count.ShouldBe(20);
    }

    [Fact]
    public async Task Store_that_is_down_fails_the_pass_and_nothing_is_thrown()
    {
        await _fleet.WriteAsync(Space("a"), 20);
        _fleet.Store.IsUnavailable = _ => true;
        var curator = _fleet.NewCurator();
        foreach (var duty in curator.All)
            (await curator.RunAsync(duty)).ShouldBe(PassEnd.Failed);
    }

    sealed class CountedDuty(ISpaceDuty duty, int after, Action then) : ISpaceDuty
    {
        int _runs;

        public string Name => duty.Name;

        public Task<IReadOnlyList<SpaceId>> FindDueAsync(IReadOnlyList<SpaceId> spaces, CancellationToken cancellationToken) => duty.FindDueAsync(spaces, cancellationToken);

        public async Task<bool> RunAsync(SpaceId space, CancellationToken cancellationToken)
        {
            var isDone = await duty.RunAsync(space, cancellationToken);
            if (++_runs == after)
                then();
            return isDone;
        }
    }

    sealed class MovingPublisher(Func<Task> onFirst) : ICommitPublisher
    {
        bool _isMoved;

        public async Task<bool> TryPublishAsync(SpaceId space, long number, ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
        {
            if (!_isMoved)
                await onFirst();
            _isMoved = true;
            return true;
        }
    }

    sealed class DownPublisher : ICommitPublisher
    {
        public Task<bool> TryPublishAsync(SpaceId space, long number, ReadOnlyMemory<byte> text, CancellationToken cancellationToken) => Task.FromResult(false);
    }
}
