using System.Text;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using static DaprMemory.Core.Tests.Node;

namespace DaprMemory.Core.Tests.Spaces;

/// <summary>Stores that are down, logs that are damaged, nodes that stop.</summary>
public sealed class FailureTests
{
    static readonly SpaceOptions Impatient = new() { WriteTimeout = TimeSpan.FromMilliseconds(100), ReadTimeout = TimeSpan.FromMilliseconds(500) };

    readonly FaultyStore.Shared _disk = new();

    [Fact]
    public async Task Write_while_the_store_is_down_is_unknown_and_the_retry_learns_the_truth()
    {
        var node = new Node(_disk, Impatient);
        var space = await node.OpenAsync();
        await node.CommitAsync(Put("begun"));
        node.Store.FaultRate = 1;
        var request = Request(Put("a"));

        (await space.WriteAsync(request, default)).ShouldBe(new WriteOutcome.Unavailable(OutcomeUnknown: true));
        // What waits behind a commit of unknown fate is in no commit at all.
        (await space.WriteAsync(Request(Put("b")), default)).ShouldBe(new WriteOutcome.Unavailable(OutcomeUnknown: false));

        node.Store.FaultRate = 0;
        (await new Node(_disk).OpenAsync().AsTask().ContinueWith(async other => await (await other).WriteAsync(request, default)).Unwrap()).ShouldBeOfType<WriteOutcome.Committed>();
        // The node that was cut off finds out by itself, after a pause that is longer than its callers' patience.
        for (var attempt = 0; await node.WriteAsync(Put("c")) is not WriteOutcome.Committed; attempt++)
            attempt.ShouldBeLessThan(100);
        await _disk.SettleAsync();
        (await new Node(_disk).ReadAsync("b")).ShouldBeNull();
        (await (await new Node(_disk).OpenAsync()).ReadCommitsAsync(0, 100, default))
            .SelectMany(stored => CommitCodec.Decode(stored.Json).Entries).Count(entry => entry.RequestId == request.RequestId).ShouldBe(1);
    }

    [Fact]
    public async Task Reads_while_the_store_is_down_go_on_from_open_views_but_never_as_strong()
    {
        var node = new Node(_disk, Impatient with { WriteTimeout = TimeSpan.FromSeconds(30) });
        await node.CommitAsync(Put("a"));
        node.Store.FaultRate = 1;

        (await node.ReadAsync("a", ConsistencyLevel.Session)).ShouldBe("1");
        await Should.ThrowAsync<StoreUnavailableException>(() => node.ReadAsync("a", ConsistencyLevel.Strong));
        await Should.ThrowAsync<StoreUnavailableException>(() => node.OpenAsync(new SpaceId("acme", "cold")).AsTask());
        node.Store.FaultRate = 0;
        (await node.ReadAsync("a", ConsistencyLevel.Strong)).ShouldBe("1");
        await node.OpenAsync(new SpaceId("acme", "cold"));
    }

    [Fact]
    public async Task Space_loaded_from_a_checkpoint_is_that_loaded_from_its_log()
    {
        var clock = new TestClock();
        var node = new Node(_disk, new SpaceOptions { CheckpointCommits = 10 }, clock);
        for (var i = 0; i < 57; i++)
        {
            await node.CommitAsync(Put($"k{i % 20}", $"{i}", ttl: i % 3 == 0 ? TimeSpan.FromHours(1) : null, tags: i % 4 == 0 ? ["t", "u"] : null));
            clock.Advance(TimeSpan.FromMinutes(5));
        }
        await WaitForCheckpointAsync(_disk, 10);

        var fromCheckpoint = await new Node(_disk, time: clock).OpenAsync();
        foreach (var key in _disk.Values.Keys.Where(key => key.Contains(":p", StringComparison.Ordinal)))
            _disk.Values.TryRemove(key, out _);
        var fromLog = await new Node(_disk, time: clock).OpenAsync();

        fromCheckpoint.View.Version.ShouldBe(57);
        Live(fromCheckpoint).ShouldBe(Live(fromLog));
        fromCheckpoint.View.Head.ToArray().ShouldBe(fromLog.View.Head.ToArray());

        List<string> Live(Space space) => [.. space.View.List(RecordKind.State, "", null, clock.GetUtcNow()).Select(r => $"{r.Key} {r.Value.ETag} {r.Value.ExpiresAt} {string.Join('|', r.Value.Tags ?? [])}")];
    }

    [Fact]
    public async Task Request_behind_a_checkpoint_is_still_known()
    {
        var node = new Node(_disk, new SpaceOptions { CheckpointCommits = 5 });
        var request = Request(Put("a"));
        var first = await (await node.OpenAsync()).WriteAsync(request, default);
        for (var i = 0; i < 20; i++)
            await node.CommitAsync(Put("b", $"{i}"));
        await WaitForCheckpointAsync(_disk, 5);

        var again = await (await new Node(_disk).OpenAsync()).WriteAsync(request, default);

        again.ShouldBeOfType<WriteOutcome.Committed>().Place.ShouldBe(((WriteOutcome.Committed)first).Place);
    }

    [Fact]
    public async Task Damaged_checkpoint_is_passed_over()
    {
        var node = new Node(_disk, new SpaceOptions { CheckpointCommits = 10 });
        for (var i = 0; i < 30; i++)
            await node.CommitAsync(Put($"k{i}"));
        await WaitForCheckpointAsync(_disk, 10);
        foreach (var key in _disk.Values.Keys.Where(key => key.Contains(":p:", StringComparison.Ordinal)))
        {
            var damaged = _disk.Values[key].Value.ToArray();
            damaged[damaged.Length / 2] ^= 0x04;
            _disk.Values[key] = _disk.Values[key] with { Value = damaged };
        }

        (await new Node(_disk).OpenAsync()).View.Count.ShouldBe(30);
    }

    [Theory]
    [InlineData(1), InlineData(7), InlineData(30)]
    public async Task Damaged_commit_is_named_and_never_passed_over(int number)
    {
        var node = new Node(_disk);
        for (var i = 0; i < 30; i++)
            await node.CommitAsync(Put("k", $"{i}"));
        var key = StoreKeys.Commit(Id, number);
        var text = Encoding.UTF8.GetString(_disk.Values[key].Value.Span);

        foreach (var damage in new[] { text.Replace("\"by\":\"tester\"", "\"by\":\"mallory\"", StringComparison.Ordinal), text[..^10], "", text.Replace($"\"value\":{number - 1}", "\"value\":99", StringComparison.Ordinal) })
        {
            _disk.Values[key] = _disk.Values[key] with { Value = Encoding.UTF8.GetBytes(damage) };
            (await Should.ThrowAsync<LogCorruptException>(() => new Node(_disk).OpenAsync().AsTask())).Commit.ShouldBe(number);
        }
    }

    [Fact]
    public async Task Log_of_another_space_is_foreign()
    {
        var node = new Node(_disk);
        await node.CommitAsync(Put("k"));
        var other = new SpaceId("acme", "other");
        _disk.Values[StoreKeys.Commit(other, 1)] = _disk.Values[StoreKeys.Commit(Id, 1)];

        (await Should.ThrowAsync<LogCorruptException>(() => node.OpenAsync(other).AsTask())).Commit.ShouldBe(1);
    }

    [Fact]
    public async Task Draining_finishes_what_was_taken_and_takes_no_more()
    {
        var node = new Node(_disk, new SpaceOptions { MaxCommitEntries = 3 });
        var space = await node.OpenAsync();
        var writes = Enumerable.Range(0, 100).Select(i => space.WriteAsync(Request(Put($"k{i}")), default)).ToList();

        await node.Spaces.DrainAsync(default);

        (await Task.WhenAll(writes)).ShouldAllBe(outcome => outcome is WriteOutcome.Committed);
        (await space.WriteAsync(Request(Put("late")), default)).ShouldBe(new WriteOutcome.Unavailable(OutcomeUnknown: false));
        (await new Node(_disk).OpenAsync()).View.Count.ShouldBe(100);
    }

    [Fact]
    public async Task Draining_gives_up_when_its_time_is_over()
    {
        var node = new Node(_disk, new SpaceOptions { WriteTimeout = TimeSpan.FromSeconds(60) });
        var space = await node.OpenAsync();
        node.Store.FaultRate = 1;
        var write = space.WriteAsync(Request(Put("a")), default);
        using var patience = new CancellationTokenSource(50);

        await node.Spaces.DrainAsync(patience.Token);

        (await write).ShouldBeOfType<WriteOutcome.Unavailable>();
    }

    [Fact]
    public async Task Spaces_over_the_budget_leave_and_come_back_from_their_logs()
    {
        var clock = new TestClock();
        var node = new Node(_disk, new SpaceOptions { ViewBudgetBytes = 1024 * 1024 }, clock);
        for (var s = 0; s < 30; s++)
        {
            var space = await node.OpenAsync(new SpaceId("acme", $"s{s}"));
            await space.WriteAsync(Request([.. Enumerable.Range(0, 500).Select(i => Put($"k{i}"))]), default);
            clock.Advance(TimeSpan.FromMilliseconds(100));
        }
        // Two of them are directories.
        node.Spaces.Count.ShouldBeLessThan(12);
        for (var s = 0; s < 30; s++)
            (await node.OpenAsync(new SpaceId("acme", $"s{s}"))).View.Count.ShouldBe(500);
    }

    [Fact]
    public async Task Too_many_waiting_writes_are_refused_at_once()
    {
        var node = new Node(_disk, Impatient with { MaxWaitingWrites = 10 });
        var space = await node.OpenAsync();
        node.Store.FaultRate = 1;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => space.WriteAsync(Request(Put($"k{i}")), default)));

        outcomes.ShouldAllBe(outcome => outcome is WriteOutcome.Unavailable);
        outcomes.Count(outcome => outcome == new WriteOutcome.Unavailable(OutcomeUnknown: false)).ShouldBeGreaterThanOrEqualTo(20);
    }

    static async Task WaitForCheckpointAsync(FaultyStore.Shared disk, long version)
    {
        // Checkpoints are written in the background.
        for (var patience = 0; patience < 1000; patience++)
        {
            if (await new CheckpointStore(new FaultyStore(disk, new Random(1)), Id).LoadAsync(long.MaxValue, default) is { } checkpoint && checkpoint.View.Version >= version)
                return;
            await Task.Delay(5);
        }
        throw new TimeoutException("no checkpoint was written");
    }
}
