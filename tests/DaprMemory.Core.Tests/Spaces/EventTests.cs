using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using static DaprMemory.Core.Tests.Node;

namespace DaprMemory.Core.Tests.Spaces;

/// <summary>Commits that travel between nodes, on a bus that may lose, double and reorder them.</summary>
public sealed class EventTests
{
    static readonly SpaceOptions Hasty = new() { PublishGrace = TimeSpan.FromMilliseconds(80) };

    readonly FaultyStore.Shared _disk = new();
    readonly Bus _bus = new();

    [Fact]
    public async Task Events_in_order_bring_another_node_up_without_asking_the_store()
    {
        var (writer, reader) = await TwoNodesAsync();
        await CommitAsync(writer, 5);
        await _bus.WaitForAsync(numbers => numbers.Count == 5);
        reader.Store.FaultRate = 1;

        await _bus.DeliverAsync(reader, 1, 2, 3, 4, 5);

        (await reader.OpenAsync()).View.Version.ShouldBe(5);
    }

    [Fact]
    public async Task Lost_doubled_and_reordered_events_cost_a_read_and_never_a_wrong_view()
    {
        var (writer, reader) = await TwoNodesAsync();
        await CommitAsync(writer, 9);
        await _bus.WaitForAsync(numbers => numbers.Count == 9);

        await _bus.DeliverAsync(reader, 2, 1, 1, 2, 7, 5, 7);

        var space = await reader.OpenAsync();
        space.View.Version.ShouldBe(9);
        (await reader.ReadAsync("k", ConsistencyLevel.Session)).ShouldBe("9");
    }

    [Fact]
    public async Task Event_without_the_commit_is_read_from_the_log()
    {
        var (writer, reader) = await TwoNodesAsync();
        await CommitAsync(writer, 1);

        await reader.Spaces.ReceiveAsync(Id, 1, null, default);

        (await reader.OpenAsync()).View.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Event_that_does_not_continue_the_chain_changes_nothing()
    {
        var (writer, reader) = await TwoNodesAsync();
        await CommitAsync(writer, 1);
        var foreign = new SpaceId("acme", "foreign");
        await (await writer.OpenAsync(foreign)).WriteAsync(Request(Put("evil")), default);
        await _bus.WaitForAsync(numbers => numbers.Count == 2);
        var evil = _bus.Events.First(e => e.Space == foreign);

        await Should.ThrowAsync<LogCorruptException>(() => reader.Spaces.ReceiveAsync(Id, 1, evil.Text, default).AsTask());
        await Should.ThrowAsync<LogCorruptException>(() => reader.Spaces.ReceiveAsync(Id, 1, "{}"u8.ToArray(), default).AsTask());

        (await reader.OpenAsync()).View.Version.ShouldBe(0);
        (await reader.ReadAsync("k")).ShouldBe("1");
    }

    [Fact]
    public async Task Event_of_a_space_that_is_not_open_is_passed_over()
    {
        var writer = new Node(_disk, Hasty, bus: _bus);
        await CommitAsync(writer, 1);
        var reader = new Node(_disk);
        reader.Store.FaultRate = 1;

        await reader.Spaces.ReceiveAsync(Id, 1, null, default);

        reader.Spaces.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Write_does_not_wait_for_a_broker_that_is_down_and_its_event_follows()
    {
        var writer = new Node(_disk, Hasty, bus: _bus);
        _bus.IsDown = true;
        await CommitAsync(writer, 3);
        _bus.Events.ShouldBeEmpty();

        _bus.IsDown = false;

        await _bus.WaitForAsync(numbers => numbers.SequenceEqual([1, 2, 3]));
    }

    [Fact]
    public async Task Events_that_a_crash_kept_back_are_published_by_whoever_opens_the_space_next()
    {
        // This node crashes before it publishes anything: it has no bus at all.
        await CommitAsync(new Node(_disk), 4);

        var next = new Node(_disk, Hasty, bus: _bus);
        await next.OpenAsync();

        await _bus.WaitForAsync(numbers => numbers.SequenceEqual([1, 2, 3, 4]));
    }

    [Fact]
    public async Task Events_that_were_published_and_marked_are_not_published_again()
    {
        var writer = new Node(_disk, Hasty, bus: _bus);
        await CommitAsync(writer, 4);
        await writer.Spaces.DrainAsync(default);
        _disk.Values[StoreKeys.Published(Id)].Value.ToArray().ShouldBe("4"u8.ToArray());
        _bus.Events.Count.ShouldBe(4);
        await CommitAsync(new Node(_disk), 1);

        await new Node(_disk, Hasty, bus: _bus).OpenAsync();

        await _bus.WaitForAsync(numbers => numbers.Count > 4);
        _bus.Numbers.ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task Watcher_wakes_for_each_commit()
    {
        var (writer, reader) = await TwoNodesAsync();
        var space = await reader.OpenAsync();
        var waiting = space.WaitBeyondAsync(0, default);
        waiting.IsCompleted.ShouldBeFalse();

        await CommitAsync(writer, 1);
        await reader.Spaces.ReceiveAsync(Id, 1, null, default);

        await waiting;
        await space.WaitBeyondAsync(0, default);
        using var impatient = new CancellationTokenSource(20);
        await Should.ThrowAsync<OperationCanceledException>(() => space.WaitBeyondAsync(1, impatient.Token));
    }

    [Fact]
    public async Task Eventual_read_is_served_as_it_is_within_the_bound_and_asks_the_log_beyond_it()
    {
        var clock = new TestClock();
        var writer = new Node(_disk);
        var reader = new Node(_disk, time: clock);
        await reader.OpenAsync();
        await CommitAsync(writer, 1);

        clock.Advance(TimeSpan.FromSeconds(5));
        (await reader.ReadAsync("k", ConsistencyLevel.Eventual, clock)).ShouldBeNull();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        (await reader.ReadAsync("k", ConsistencyLevel.Eventual, clock)).ShouldBe("1");
        (await reader.OpenAsync()).Staleness.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Eventual_read_asks_the_log_when_it_has_heard_of_much_newer_versions()
    {
        var clock = new TestClock();
        var reader = new Node(_disk, new SpaceOptions { MaxStaleVersions = 10 }, clock);
        await reader.OpenAsync();
        await CommitAsync(new Node(_disk), 11);
        reader.Store.FaultRate = 1;
        await Should.ThrowAsync<StoreUnavailableException>(() => reader.Spaces.ReceiveAsync(Id, 11, null, default).AsTask());
        (await reader.ReadAsync("k", ConsistencyLevel.Eventual, clock)).ShouldBeNull();
        (await reader.OpenAsync()).View.Version.ShouldBe(0);

        reader.Store.FaultRate = 0;
        clock.Advance(TimeSpan.FromSeconds(1));
        (await reader.ReadAsync("k", ConsistencyLevel.Eventual, clock)).ShouldBe("11");
    }

    [Fact]
    public async Task Session_read_without_a_token_is_not_older_than_an_eventual_one()
    {
        var clock = new TestClock();
        var reader = new Node(_disk, time: clock);
        await reader.OpenAsync();
        await CommitAsync(new Node(_disk), 1);
        clock.Advance(TimeSpan.FromSeconds(6));

        (await reader.ReadAsync("k", ConsistencyLevel.Session, clock)).ShouldBe("1");
    }

    [Fact]
    public async Task Dependencies_of_writers_are_kept_through_log_and_checkpoint()
    {
        var writer = new Node(_disk, new SpaceOptions { CheckpointCommits = 3 });
        var space = await writer.OpenAsync();
        for (var i = 1; i <= 10; i++)
            await space.WriteAsync(Request(Put("k", $"{i}")) with { Dependencies = DependencySet.Of([new("other", i), new($"s{i}", 7), new("other", 1)]) }, default);

        foreach (var node in new[] { writer, new Node(_disk) })
        {
            var seen = (await node.OpenAsync()).View.Dependencies.ToDictionary();
            seen.Count.ShouldBe(11);
            seen["other"].ShouldBe(10);
            seen["s4"].ShouldBe(7);
        }
    }

    async Task<(Node Writer, Node Reader)> TwoNodesAsync()
    {
        var nodes = (new Node(_disk, Hasty, bus: _bus), new Node(_disk));
        await nodes.Item2.OpenAsync();
        return nodes;
    }

    static async Task CommitAsync(Node node, int count)
    {
        var version = (await node.OpenAsync()).View.Version;
        for (var i = 1; i <= count; i++)
            await node.CommitAsync(Put("k", $"{version + i}"));
    }
}
