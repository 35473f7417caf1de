using System.Text;
using System.Text.Json;
using DaprMemory.Core.Log;
using DaprMemory.Core.Memories;
using DaprMemory.Core.Search;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Tests.Memories;

/// <summary>How the index of a space comes, follows and goes.</summary>
public sealed class SpaceIndexTests
{
    static readonly SpaceOptions Options = new() { CheckpointCommits = 4 };

    readonly FaultyStore.Shared _disk = new();

    [Fact]
    public async Task What_was_written_before_the_index_was_built_while_it_was_and_behind_it_is_found()
    {
        var node = NewNode();
        await node.CommitAsync(MemoryNode.Put("a", "x"), MemoryNode.Put("b", "x"));
        await node.CommitAsync(MemoryNode.Delete("a"));
        var other = NewNode();
        await other.OpenAsync();
        await Task.WhenAll(other.FindAsync(), other.CommitAsync(MemoryNode.Put("c", "x")));
        (await other.FindAsync()).ShouldBe("b c");
        await other.CommitAsync(MemoryNode.Delete("b"), MemoryNode.Put("d", "x"));
        (await other.FindAsync()).ShouldBe("c d");
        await node.ReadAsync("whatever");
        (await node.FindAsync()).ShouldBe("c d");
    }

    [Fact]
    public async Task State_and_memories_of_the_same_name_do_not_meet()
    {
        var node = NewNode();
        await node.CommitAsync(Node.Put("a"), MemoryNode.Put("a", "x"));
        await node.CommitAsync(Node.Delete("a"));
        (await node.FindAsync()).ShouldBe("a");
    }

    [Fact]
    public async Task Searches_that_come_while_the_index_is_built_share_it()
    {
        await NewNode().CommitAsync(MemoryNode.Put("a", "x"));
        var built = 0;
        var node = new Node(_disk, newIndex: () =>
        {
            Interlocked.Increment(ref built);
            return new ListIndex();
        });
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => node.FindAsync())));
        built.ShouldBe(1);
    }

    [Fact]
    public async Task A_build_that_failed_is_tried_again_by_the_next_search()
    {
        await NewNode().CommitAsync(MemoryNode.Put("a", "x"));
        var node = NewNode();
        await node.OpenAsync();
        node.Store.FaultRate = 1;
        await Should.ThrowAsync<StoreUnavailableException>(() => node.FindAsync());
        node.Store.FaultRate = 0;
        (await node.FindAsync()).ShouldBe("a");
    }

    [Fact]
    public async Task An_index_that_broke_is_built_again()
    {
        var isSound = false;
        var node = new Node(_disk, newIndex: () => new ListIndex
        {
            OnChange = id =>
            {
                if (id == "bad" && !isSound)
                    throw new InvalidOperationException("it broke");
            },
        });
        await node.CommitAsync(MemoryNode.Put("a", "x"));
        (await node.FindAsync()).ShouldBe("a");
        await node.CommitAsync(MemoryNode.Put("bad", "x"));
        await Should.ThrowAsync<InvalidOperationException>(() => node.FindAsync());
        isSound = true;
        (await node.FindAsync()).ShouldBe("a bad");
    }

    [Fact]
    public async Task What_calls_itself_a_memory_and_is_none_is_not_found_and_hurts_nobody()
    {
        var node = NewNode();
        await node.CommitAsync(MemoryNode.Put("a", "x"), new Mutation(MemoryNode.Key("b"), MutationKind.Put, "[]"u8.ToArray()));
        (await node.FindAsync()).ShouldBe("a");
        (await NewNode().FindAsync()).ShouldBe("a");
    }

    [Fact]
    public async Task A_space_that_is_opened_again_reads_the_memories_from_checkpoints_and_only_the_rest_from_the_log()
    {
        var node = NewNode();
        for (var i = 0; i < 40; i++)
            await node.CommitAsync(MemoryNode.Put($"m{i % 30}", $"x {i}"));
        var saved = await WaitForSegmentAsync(atLeast: 30);
        await node.CommitAsync(MemoryNode.Delete("m3"), MemoryNode.Put("new", "x"));
        var expected = await DescribeAsync(node);

        expected.Split(',').Length.ShouldBe(30);
        expected.ShouldNotContain("m3 ");

        var fresh = NewNode();
        await fresh.OpenAsync();
        for (var number = 1; number <= saved; number++)
            _disk.Values.TryRemove(CommitKey(number), out _).ShouldBeTrue();
        (await DescribeAsync(fresh)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("eJwDAAAAAAE")]
    public async Task A_damaged_checkpoint_is_passed_over(string damage)
    {
        var node = NewNode();
        for (var i = 0; i < 20; i++)
            await node.CommitAsync(MemoryNode.Put($"m{i}", $"x {i}"));
        await WaitForSegmentAsync(atLeast: 10);
        var expected = await DescribeAsync(node);
        foreach (var key in _disk.Values.Keys.Where(key => key.Contains(":i:", StringComparison.Ordinal)).ToList())
            _disk.Values[key] = new StoredValue(Encoding.ASCII.GetBytes(damage), "t");
        (await DescribeAsync(NewNode())).ShouldBe(expected);
        foreach (var key in _disk.Values.Keys.Where(key => key.EndsWith(":i", StringComparison.Ordinal)).ToList())
            _disk.Values[key] = new StoredValue(Encoding.ASCII.GetBytes(damage), "t");
        (await DescribeAsync(NewNode())).ShouldBe(expected);
    }

    [Fact]
    public async Task Memories_stand_in_checkpoints_as_they_are()
    {
        var node = NewNode();
        var memory = MemoryNode.NewMemory("ünïcode 😀 \n text") with
        {
            Tags = ["a", "b"],
            Importance = 0.25,
            Source = new MemorySource("s", long.MaxValue),
            ValidFrom = DateTimeOffset.MinValue,
            ValidTo = new DateTimeOffset(9999, 12, 31, 0, 0, 0, TimeSpan.Zero),
            Links = [new MemoryLink("x", "t"), new MemoryLink("y", "t")],
            Supersedes = "z",
        };
        await node.CommitAsync(MemoryNode.Put("m", memory, TimeSpan.FromDays(1)), MemoryNode.Put("plain", "plain"));
        await WriteUntilSavedAsync(node);
        var kept = (await node.SearchAsync()).Items.Select(item => item.Hit.Document).OrderBy(document => document.Id).ToList();
        // The commit is gone from this store, so that only the checkpoint can have what the other node finds.
        var fresh = NewNode();
        await fresh.OpenAsync();
        _disk.Values.TryRemove(CommitKey(1), out _).ShouldBeTrue();
        var read = (await fresh.SearchAsync()).Items.Select(item => item.Hit.Document).OrderBy(document => document.Id).ToList();
        read.ShouldBeEquivalentTo(kept);
    }

    [Fact]
    public async Task Expired_memories_are_swept_and_stay_away_through_checkpoints_and_restart()
    {
        var clock = new TestClock();
        var node = new Node(_disk, Options, clock, newIndex: () => new ListIndex());
        await node.CommitAsync(MemoryNode.Put("soon", "x", TimeSpan.FromMinutes(1)), MemoryNode.Put("stays", "x"));
        await WriteUntilSavedAsync(node);
        (await node.FindAsync("x", clock)).ShouldBe("soon stays");
        clock.Advance(TimeSpan.FromMinutes(2));
        (await node.FindAsync("x", clock)).ShouldBe("stays");
        (await new Node(_disk, Options, clock).FindAsync("x", clock)).ShouldBe("stays");
        await node.CommitAsync(MemoryNode.Put("soon", "x again"));
        (await node.FindAsync("x", clock)).ShouldBe("soon stays");
        (await new Node(_disk, Options, clock, newIndex: () => new ListIndex()).FindAsync("x", clock)).ShouldBe("soon stays");
    }

    [Fact]
    public async Task Segments_are_written_anew_when_most_of_their_rows_are_of_memories_that_are_no_more()
    {
        var node = NewNode();
        for (var i = 0; i < 80; i++)
            await node.CommitAsync([.. Enumerable.Range(0, 50).Select(j => MemoryNode.Put($"m{j}", $"{i}"))]);
        await WaitForSegmentAsync(atLeast: 80 - 4);
        var pointer = JsonDocument.Parse(_disk.Values.Single(entry => entry.Key.EndsWith(":i", StringComparison.Ordinal)).Value.Value);
        var rows = pointer.RootElement.GetProperty("segments").EnumerateArray().Sum(segment => segment.GetProperty("rows").GetInt32());
        rows.ShouldBeLessThanOrEqualTo(2 * 50 + 1000);
        (await DescribeAsync(NewNode())).ShouldBe(await DescribeAsync(node));
    }

    [Fact]
    public async Task The_turns_around_a_hit_are_those_that_are_there()
    {
        var node = NewNode();
        for (var turn = 1; turn <= 6; turn++)
            await node.CommitAsync(MemoryNode.Put($"t{turn}", MemoryNode.NewMemory(turn == 3 ? "hit" : "other") with { Source = new MemorySource("s", turn) }));
        await node.CommitAsync(MemoryNode.Delete("t2"), MemoryNode.Put("t4", MemoryNode.NewMemory("other") with { Source = new MemorySource("elsewhere", 4) }));
        var found = await node.SearchAsync("hit", reach: 2);
        found.Items.Single().Context.Select(near => near.Id).ShouldBe(["t1", "t5"]);
        (await node.SearchAsync("hit", reach: 0)).Items.Single().Context.ShouldBeEmpty();
    }

    static string CommitKey(long number) => $"{Node.Id.Tenant}:{Node.Id.Name}:c:{number:x16}";

    Node NewNode() => new(_disk, Options, newIndex: () => new ListIndex());

    static async Task<string> DescribeAsync(Node node) =>
        string.Join(',', (await node.SearchAsync()).Items.Select(item => $"{item.Hit.Document.Id} {item.Hit.Document.ETag} {item.Hit.Document.Text}").Order(StringComparer.Ordinal));

    async Task WriteUntilSavedAsync(Node node)
    {
        for (var until = DateTime.UtcNow.AddSeconds(30); !_disk.Values.Keys.Any(key => key.EndsWith(":i", StringComparison.Ordinal)); DateTime.UtcNow.ShouldBeLessThan(until))
            await node.CommitAsync(MemoryNode.Put("other", "other"));
    }

    /// <summary>Waits until the memories of a version at least this high are saved.</summary>
    async Task<long> WaitForSegmentAsync(long atLeast)
    {
        for (var until = DateTime.UtcNow.AddSeconds(30); ; await Task.Delay(5))
        {
            if (_disk.Values.FirstOrDefault(entry => entry.Key.EndsWith(":i", StringComparison.Ordinal)).Value.Value is { Length: > 0 } text
                && JsonDocument.Parse(text).RootElement.GetProperty("segments").EnumerateArray().Last().GetProperty("n").GetInt64() is var saved && saved >= atLeast)
                return saved;
            DateTime.UtcNow.ShouldBeLessThan(until);
        }
    }
}
