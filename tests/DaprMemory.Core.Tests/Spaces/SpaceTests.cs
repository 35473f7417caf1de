using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using static DaprMemory.Core.Tests.Node;

namespace DaprMemory.Core.Tests.Spaces;

/// <summary>What one space promises, case by case.</summary>
public sealed class SpaceTests
{
    readonly FaultyStore.Shared _disk = new();

    [Fact]
    public async Task Put_with_a_stale_etag_is_refused_with_the_current_one()
    {
        var node = new Node(_disk);
        var first = await node.CommitAsync(Put("a"));
        var second = await node.CommitAsync(Put("a", "2", Precondition.Match(first)));

        (await node.WriteAsync(Put("a", "3", Precondition.Match(first)))).ShouldBeOfType<WriteOutcome.PreconditionFailed>().Current.ShouldBe(second);
        (await node.WriteAsync(Put("a", "3", Precondition.MustBeAbsent))).ShouldBeOfType<WriteOutcome.PreconditionFailed>().Current.ShouldBe(second);
        (await node.ReadAsync("a")).ShouldBe("2");
    }

    [Fact]
    public async Task Record_deleted_and_created_again_never_accepts_an_old_etag()
    {
        var node = new Node(_disk);
        var old = await node.CommitAsync(Put("a"));
        await node.CommitAsync(Delete("a", Precondition.Match(old)));

        (await node.WriteAsync(Put("a", "2", Precondition.Match(old)))).ShouldBeOfType<WriteOutcome.PreconditionFailed>().Current.ShouldBeNull();
        (await node.WriteAsync(Delete("a"))).ShouldBeOfType<WriteOutcome.NotFound>();
        (await node.WriteAsync(Merge("a", "{}"))).ShouldBeOfType<WriteOutcome.NotFound>();

        await node.CommitAsync(Put("a", "3", Precondition.MustBeAbsent));
        (await node.WriteAsync(Put("a", "4", Precondition.Match(old)))).ShouldBeOfType<WriteOutcome.PreconditionFailed>();
        (await node.ReadAsync("a")).ShouldBe("3");
    }

    [Fact]
    public async Task Transaction_with_one_failing_precondition_changes_nothing()
    {
        var node = new Node(_disk);
        await node.CommitAsync(Put("a"));

        var outcome = await node.WriteAsync(Put("b"), Delete("a"), Put("c", precondition: Precondition.MustExist));

        outcome.ShouldBeOfType<WriteOutcome.PreconditionFailed>().Index.ShouldBe(2);
        (await node.ReadAsync("a")).ShouldBe("1");
        (await node.ReadAsync("b")).ShouldBeNull();
        (await node.OpenAsync()).View.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Transaction_shows_whole_to_every_view()
    {
        var node = new Node(_disk);
        var space = await node.OpenAsync();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
                await node.CommitAsync(Put("x", $"{i}"), Put("y", $"{i}"));
        });
        while (!writing.IsCompleted)
        {
            var view = space.View;
            var x = view.TryGet(Key("x"), DateTimeOffset.UtcNow, out var ix) ? ix.ETag : default;
            var y = view.TryGet(Key("y"), DateTimeOffset.UtcNow, out var iy) ? iy.ETag : default;
            x.ShouldBe(y);
        }
        await writing;
    }

    [Fact]
    public async Task Checks_alone_write_nothing_and_give_no_place()
    {
        var node = new Node(_disk);
        var etag = await node.CommitAsync(Put("a"));

        (await node.WriteAsync(Check("a", Precondition.Match(etag)))).ShouldBeOfType<WriteOutcome.Committed>().Place.ShouldBeNull();
        (await node.WriteAsync(Check("a", Precondition.MustBeAbsent))).ShouldBeOfType<WriteOutcome.PreconditionFailed>();
        (await node.OpenAsync()).View.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Merge_patches_by_many_at_once_all_take_effect()
    {
        var node = new Node(_disk);
        await node.CommitAsync(Put("a", "{}"));
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => node.CommitAsync(Merge("a", $$"""{"k{{i}}":{{i}}}""")))));

        var merged = System.Text.Json.Nodes.JsonNode.Parse((await node.ReadAsync("a"))!)!.AsObject();
        merged.Count.ShouldBe(100);
        merged.ShouldAllBe(member => member.Key == $"k{member.Value}");
    }

    [Fact]
    public async Task Merge_that_grows_over_the_limit_is_refused_and_keeps_the_old_value()
    {
        var node = new Node(_disk);
        await node.CommitAsync(Put("a", "{\"x\":\"" + new string('x', SpaceOptions.MaxValueBytes - 20) + "\"}"));

        (await node.WriteAsync(Merge("a", "{\"y\":\"0123456789\"}"))).ShouldBeOfType<WriteOutcome.TooLarge>();
        (await node.OpenAsync()).View.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Merge_that_cannot_be_done_fails_its_own_caller_only()
    {
        var node = new Node(_disk);
        var space = await node.OpenAsync();
        await node.CommitAsync(Put("bad", "{\"\\ud800\":1}"));

        var calls = Enumerable.Range(0, 20).Select(i => i == 7 ? space.WriteAsync(Request(Merge("bad", "{\"a\":1}")), default) : space.WriteAsync(Request(Put($"k{i}")), default)).ToList();

        for (var i = 0; i < calls.Count; i++)
        {
            if (i == 7)
                await Should.ThrowAsync<InvalidOperationException>(calls[i]);
            else
                (await calls[i]).ShouldBeOfType<WriteOutcome.Committed>();
        }
    }

    [Fact]
    public async Task Record_past_its_time_is_gone_for_reads_and_preconditions()
    {
        var clock = new TestClock();
        var node = new Node(_disk, time: clock);
        var etag = await node.CommitAsync(Put("a", ttl: TimeSpan.FromSeconds(10)), Put("b"));
        clock.Advance(TimeSpan.FromSeconds(9.999));
        (await node.ReadAsync("a", time: clock)).ShouldBe("1");

        clock.Advance(TimeSpan.FromMilliseconds(1));
        (await node.ReadAsync("a", time: clock)).ShouldBeNull();
        (await node.OpenAsync()).View.List(RecordKind.State, "", null, clock.GetUtcNow()).Select(r => r.Key.Key).ShouldBe(["b"]);
        (await node.WriteAsync(Put("a", "2", Precondition.Match(etag)))).ShouldBeOfType<WriteOutcome.PreconditionFailed>().Current.ShouldBeNull();
        var again = (await node.WriteAsync(Put("a", "3", Precondition.MustBeAbsent))).ShouldBeOfType<WriteOutcome.Committed>();
        again.Results[0].Created.ShouldBeTrue();
        clock.Advance(TimeSpan.FromDays(400));
        (await node.ReadAsync("a", time: clock)).ShouldBe("3");
    }

    [Fact]
    public async Task Merge_keeps_expiry_and_tags_and_put_does_not()
    {
        var clock = new TestClock();
        var node = new Node(_disk, time: clock);
        await node.CommitAsync(Put("a", "{}", ttl: TimeSpan.FromSeconds(10), tags: ["lock"]));
        var expiry = clock.GetUtcNow() + TimeSpan.FromSeconds(10);
        clock.Advance(TimeSpan.FromSeconds(1));

        await node.CommitAsync(Merge("a", "{\"x\":1}"));
        (await node.OpenAsync()).View.TryGet(Key("a"), clock.GetUtcNow(), out var merged);
        (merged.ExpiresAt, merged.Tags).ShouldBe((expiry, merged.Tags));
        merged.Tags.ShouldBe(["lock"]);

        await node.CommitAsync(Put("a"));
        (await node.OpenAsync()).View.TryGet(Key("a"), clock.GetUtcNow(), out var replaced);
        replaced.ExpiresAt.ShouldBeNull();
        replaced.Tags.ShouldBeNull();
    }

    [Fact]
    public async Task Retried_request_gets_its_first_answer_even_after_other_changes_and_a_restart()
    {
        var node = new Node(_disk);
        var request = Request(Put("a", "1", Precondition.MustBeAbsent), Check("b", Precondition.MustBeAbsent));
        var first = (await (await node.OpenAsync()).WriteAsync(request, default)).ShouldBeOfType<WriteOutcome.Committed>();
        await node.CommitAsync(Delete("a"));

        foreach (var other in new[] { node, new Node(_disk) })
        {
            var again = (await (await other.OpenAsync()).WriteAsync(request, default)).ShouldBeOfType<WriteOutcome.Committed>();
            (again.Place, again.Version).ShouldBe((first.Place, first.Version));
            again.Results.ShouldBe(first.Results);
            (await (await other.OpenAsync()).WriteAsync(request with { RequestDigest = 2 }, default)).ShouldBeOfType<WriteOutcome.IdempotencyMismatch>();
            (await (await other.OpenAsync()).WriteAsync(request with { By = $"someone else {other.GetHashCode()}" }, default)).ShouldBeOfType<WriteOutcome.Committed>();
            await other.CommitAsync(Delete("a"));
        }
        (await node.ReadAsync("a")).ShouldBeNull();
    }

    [Fact]
    public async Task Same_request_many_times_at_once_takes_place_once()
    {
        var node = new Node(_disk);
        var other = new Node(_disk);
        var request = Request(Put("a"));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () => await (await (i % 2 == 0 ? node : other).OpenAsync()).WriteAsync(request, default))));

        outcomes.Cast<WriteOutcome.Committed>().Select(outcome => outcome.Place).Distinct().ShouldHaveSingleItem();
        (await node.ReadAsync("a")).ShouldBe("1");
        (await node.OpenAsync()).View.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Writes_that_wait_together_share_a_commit()
    {
        var node = new Node(_disk);
        var space = await node.OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => space.WriteAsync(Request(Put($"k{i}")), default)));

        space.View.Version.ShouldBeLessThan(100);
        space.View.Count.ShouldBe(500);
    }

    [Fact]
    public async Task Commit_stays_below_the_limit_of_bytes_unless_one_entry_is_larger()
    {
        var node = new Node(_disk, new SpaceOptions { MaxCommitBytes = 4096 });
        var space = await node.OpenAsync();
        var large = "\"" + new string('x', 1500) + "\"";

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => space.WriteAsync(Request(Put($"k{i}", i == 5 ? "\"" + new string('y', 9000) + "\"" : large)), default)));

        outcomes.ShouldAllBe(outcome => outcome is WriteOutcome.Committed);
        (await space.ReadCommitsAsync(0, 256, default)).Select(commit => CommitCodec.Decode(commit.Json)).ShouldAllBe(commit => commit.Entries.Count <= 2);
    }

    [Fact]
    public async Task View_at_an_older_version_is_what_it_was()
    {
        var node = new Node(_disk, new SpaceOptions { CheckpointCommits = 5 });
        for (var i = 1; i <= 23; i++)
            await node.CommitAsync(Put($"k{i % 7}", $"{i}"), i > 10 && i % 5 == 0 ? Delete("gone") : Put("gone"));

        var space = await new Node(_disk).OpenAsync();
        for (var version = 0; version <= 23; version++)
        {
            var view = (await space.ViewAtAsync(version, default)).ShouldNotBeNull();
            view.Version.ShouldBe(version);
            view.TryGet(Key("gone"), DateTimeOffset.UtcNow, out _).ShouldBe(version > 0 && !(version > 10 && version % 5 == 0));
            view.Count.ShouldBeLessThanOrEqualTo(8);
        }
        (await space.ViewAtAsync(24, default)).ShouldBeNull();
    }

    [Fact]
    public async Task List_gives_keys_of_a_prefix_in_order_page_by_page()
    {
        var node = new Node(_disk);
        string[] keys = ["a", "a/1", "a/10", "a/2", "a0", "b", "A", "a/~"];
        await node.CommitAsync([.. keys.Select(key => Put(key))]);
        var view = (await node.OpenAsync()).View;

        string[] List(string prefix, string? after) => [.. view.List(RecordKind.State, prefix, after, DateTimeOffset.UtcNow).Select(record => record.Key.Key)];

        List("a/", null).ShouldBe(["a/1", "a/10", "a/2", "a/~"]);
        List("a/", "a/10").ShouldBe(["a/2", "a/~"]);
        List("a/", "a/11").ShouldBe(["a/2", "a/~"]);
        List("a/", "Z").ShouldBe(["a/1", "a/10", "a/2", "a/~"]);
        List("a/", "b").ShouldBeEmpty();
        List("", null).ShouldBe(keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Session_read_catches_up_with_its_token_and_refuses_one_from_the_future()
    {
        var writer = new Node(_disk);
        var reader = new Node(_disk);
        await reader.OpenAsync();
        for (var i = 0; i < 40; i++)
            await writer.CommitAsync(Put("a", $"{i}"));

        var space = await reader.OpenAsync();
        space.View.Version.ShouldBe(0);
        (await space.ReachAsync(ConsistencyLevel.Session, 40, default)).ShouldNotBeNull().Version.ShouldBe(40);
        (await space.ReachAsync(ConsistencyLevel.Session, 41, default)).ShouldBeNull();
    }
}
