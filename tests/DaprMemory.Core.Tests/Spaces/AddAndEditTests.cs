using System.Text;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Tests.Spaces;

public sealed class AddAndEditTests
{
    readonly FaultyStore.Shared _disk = new();

    [Fact]
    public async Task Add_leaves_what_is_there_and_does_the_rest_of_its_request()
    {
        var node = new Node(_disk);
        var old = await node.CommitAsync(Node.Put("a", "1"));
        var done = (await node.WriteAsync(Add("a", "2"), Add("b", "3"))).ShouldBeOfType<WriteOutcome.Committed>();
        done.Place.ShouldBe(new ETag(2, 0));
        done.Results.ShouldBe([new(Node.Key("a"), old, false), new(Node.Key("b"), new ETag(2, 0), true)]);
        (await node.ReadAsync("a")).ShouldBe("1");
        (await node.ReadAsync("b")).ShouldBe("3");

        var nothing = (await node.WriteAsync(Add("a", "4"))).ShouldBeOfType<WriteOutcome.Committed>();
        nothing.ShouldSatisfyAllConditions(() => nothing.Place.ShouldBeNull(), () => nothing.Version.ShouldBe(2));
        nothing.Results.ShouldBe([new(Node.Key("a"), old, false)]);
    }

    [Fact]
    public async Task Edits_at_once_on_two_nodes_all_take_place_and_keep_expiry_and_tags()
    {
        Node[] nodes = [new(_disk), new(_disk)];
        await nodes[0].CommitAsync(Node.Put("a", "0", ttl: TimeSpan.FromHours(1), tags: ["t"]));
        (await nodes[1].ReadAsync("a")).ShouldBe("0");
        var before = (await nodes[0].OpenAsync()).View.ShouldHave("a");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => nodes[i % 2].WriteAsync(Edit("a", text => $"{int.Parse(text) + 1}"))));
        outcomes.ShouldAllBe(outcome => outcome is WriteOutcome.Committed);
        (await nodes[0].ReadAsync("a")).ShouldBe("40");
        var after = (await nodes[0].OpenAsync()).View.ShouldHave("a");
        after.ExpiresAt.ShouldBe(before.ExpiresAt);
        after.Tags.ShouldBe(["t"]);
    }

    [Fact]
    public async Task An_edit_of_nothing_is_refused_and_one_that_changes_nothing_is_not_written()
    {
        var node = new Node(_disk);
        (await node.WriteAsync(Edit("a", _ => "1"))).ShouldBeOfType<WriteOutcome.NotFound>();
        await node.CommitAsync(Node.Put("a", "1"));
        var done = (await node.WriteAsync(Edit("a", text => text))).ShouldBeOfType<WriteOutcome.Committed>();
        done.Place.ShouldBeNull();
        (await node.OpenAsync()).View.Version.ShouldBe(1);
        var large = new string('x', SpaceOptions.MaxValueBytes + 1);
        (await node.WriteAsync(Edit("a", _ => large))).ShouldBeOfType<WriteOutcome.TooLarge>();
    }

    [Fact]
    public async Task An_edit_that_fails_fails_alone()
    {
        var node = new Node(_disk);
        await node.CommitAsync(Node.Put("a", "1"));
        var broken = node.WriteAsync(Edit("a", _ => throw new FormatException("no")));
        var sound = node.WriteAsync(Edit("a", _ => "2"));
        await Should.ThrowAsync<FormatException>(broken);
        (await sound).ShouldBeOfType<WriteOutcome.Committed>();
        (await node.ReadAsync("a")).ShouldBe("2");
    }

    [Fact]
    public async Task A_repeat_of_an_add_tells_the_etag_that_the_record_had_then()
    {
        var node = new Node(_disk);
        await node.CommitAsync(Node.Put("a", "1"));
        var request = Node.Request(Add("a", "2"), Add("b", "3"));
        var space = await node.OpenAsync();
        // Both in one commit, so that only the log tells which came first.
        var first = space.WriteAsync(request, default);
        var change = node.WriteAsync(Node.Put("a", "4"));
        var told = (await first).ShouldBeOfType<WriteOutcome.Committed>();
        await change;
        await node.CommitAsync(Node.Delete("b"));
        await node.CommitAsync(Node.Delete("a"));
        foreach (var other in new[] { node, new Node(_disk) })
        {
            var again = (await (await other.OpenAsync()).WriteAsync(request with { IsRepeat = true }, default)).ShouldBeOfType<WriteOutcome.Committed>();
            again.Results.ShouldBe(told.Results);
            (again.Place, again.Version).ShouldBe((told.Place, told.Version));
        }
    }

    [Fact]
    public async Task A_repeat_that_finds_the_record_there_stands_in_the_log_so_that_no_earlier_attempt_adds_it_later()
    {
        var node = new Node(_disk);
        var there = await node.CommitAsync(Node.Put("a", "1"));
        var request = Node.Request(Add("a", "2"));
        var space = await node.OpenAsync();
        var told = (await space.WriteAsync(request with { IsRepeat = true }, default)).ShouldBeOfType<WriteOutcome.Committed>();
        told.Place.ShouldBeNull();
        told.Results[0].ETag.ShouldBe(there);
        await node.CommitAsync(Node.Delete("a"));
        var late = new Node(_disk);
        var lateAnswer = (await (await late.OpenAsync()).WriteAsync(request, default)).ShouldBeOfType<WriteOutcome.Committed>();
        lateAnswer.Results.ShouldBe(told.Results);
        (await late.ReadAsync("a")).ShouldBeNull();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_hundred_simultaneous_identical_adds_over_two_nodes_and_a_failing_store_are_one(int seed)
    {
        const int Rounds = 100;
        Node[] nodes = [new(_disk), new(_disk)];
        foreach (var node in nodes)
            node.Store.FaultRate = 0.1;
        for (var round = 0; round < Rounds; round++)
        {
            var key = $"{seed}-{round}";
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => RetryAsync(nodes[i % 2], Node.Request(Add(key, $"{i}"))))));
            var winners = outcomes.Where(outcome => outcome.Results[0].Created).ToList();
            winners.Count.ShouldBe(1);
            outcomes.ShouldAllBe(outcome => outcome.Results[0].ETag == winners[0].Place);
        }
    }

    static async Task<WriteOutcome.Committed> RetryAsync(Node node, WriteRequest request)
    {
        for (var attempt = 0; ; attempt++)
        {
            attempt.ShouldBeLessThan(100);
            try
            {
                if (await (await node.OpenAsync()).WriteAsync(request with { IsRepeat = attempt > 0 }, default) is WriteOutcome.Committed committed)
                    return committed;
            }
            catch (Core.Log.StoreUnavailableException)
            {
                // As a client does: again, under the same key.
            }
        }
    }

    static Mutation Add(string key, string json) => new(Node.Key(key), MutationKind.Add, Encoding.UTF8.GetBytes(json));

    static Mutation Edit(string key, Func<string, string> edit) =>
        new(Node.Key(key), MutationKind.Edit, Edit: value => Encoding.UTF8.GetBytes(edit(Encoding.UTF8.GetString(value.Span))));
}

file static class ViewExtensions
{
    public static RecordInfo ShouldHave(this View view, string key)
    {
        view.TryGet(Node.Key(key), TimeProvider.System.GetUtcNow(), out var info).ShouldBeTrue();
        return info;
    }
}
