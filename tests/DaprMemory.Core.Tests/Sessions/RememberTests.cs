using System.Text;
using System.Text.Json;
using DaprMemory.Core.Log;
using DaprMemory.Core.Memories;
using DaprMemory.Core.Sessions;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Tests.Sessions;

public sealed class RememberTests
{
    readonly FaultyStore.Shared _strong = new();
    readonly FaultyStore.Shared _hot = new();

    [Fact]
    public async Task Turns_become_memories_with_where_who_when_and_in_what_role()
    {
        var node = NewNode();
        var turn = SessionNode.Say("We leave at nine.", "bob") with { Role = "assistant", Metadata = "{ \"mood\":\"calm\" }"u8.ToArray() };
        await node.AppendAsync("s", SessionNode.Request() with { Turns = [turn] });

        var rule = new RememberRule { Tags = ["trip"], Importance = .9 };
        var remembered = (await node.RememberAsync("s", rule: rule)).ShouldBeOfType<RememberOutcome.Remembered>();

        (remembered.From, remembered.UpTo, remembered.Newest, remembered.Next).ShouldBe((1, 1, 1, null));
        remembered.Items.ShouldHaveSingleItem().IsNew.ShouldBeTrue();
        var memory = (await node.MemoriesAsync())[remembered.Items[0].Id];
        (memory.Text, memory.Agent, memory.At, memory.Source, memory.Importance).ShouldBe(("We leave at nine.", "bob", turn.At, new MemorySource("s", 1), .9));
        memory.Tags.ShouldBe(["trip"]);
        Encoding.UTF8.GetString(memory.Metadata!.Value.Span).ShouldBe("{\"role\":\"assistant\",\"metadata\":{ \"mood\":\"calm\" }}");
    }

    [Fact]
    public async Task Turns_without_text_and_in_other_roles_are_left_out_and_of_parts_the_texts_count()
    {
        var node = NewNode();
        await node.AppendAsync("s", SessionNode.Request() with
        {
            Turns =
            [
                SessionNode.Say("one"), SessionNode.Say(" \t"), SessionNode.Say("noise") with { Role = "tool" },
                SessionNode.Say("") with { Content = """[{"type":"text","text":"two"},{"image":"x"},"three"]"""u8.ToArray() },
                SessionNode.Say("") with { Content = """[{"image":"x"}]"""u8.ToArray() },
            ],
        });

        var remembered = (await node.RememberAsync("s", rule: new RememberRule { Roles = ["user"] })).ShouldBeOfType<RememberOutcome.Remembered>();

        (remembered.UpTo, remembered.Skipped).ShouldBe((5, 3));
        (await node.MemoriesAsync()).Values.Select(memory => memory.Text).Order().ShouldBe(["one", "two\nthree"]);
    }

    [Fact]
    public async Task Long_session_goes_in_batches_and_each_call_goes_on_where_the_last_one_ended()
    {
        var node = NewNode();
        for (var i = 0; i < 3; i++)
            await node.SayAsync("s", [.. Enumerable.Range(i * 200, 200).Select(n => $"fact {n}")]);

        var ends = new List<long>();
        for (long? next = 1; next is not null && ends.Count < 10;)
        {
            // Another node each time, as after a restart.
            var remembered = (await NewNode().RememberAsync("s")).ShouldBeOfType<RememberOutcome.Remembered>();
            remembered.From.ShouldBe(next.Value);
            ends.Add(remembered.UpTo);
            next = remembered.Next;
        }

        ends.ShouldBe([256, 512, 600]);
        (await node.MemoriesAsync()).Values.Select(memory => memory.Source!.Turn!.Value).Order().ShouldBe(Enumerable.Range(1, 600).Select(n => (long)n));
        var nothing = (await node.RememberAsync("s")).ShouldBeOfType<RememberOutcome.Remembered>();
        (nothing.From, nothing.UpTo, nothing.Items.Count, nothing.Next).ShouldBe((601, 600, 0, null));
    }

    [Fact]
    public async Task Large_turns_are_cut_into_memories_and_batches()
    {
        var node = NewNode();
        var text = string.Join(' ', Enumerable.Range(0, 60_000).Select(n => $"{n}"));
        for (var i = 0; i < 4; i++)
            await node.SayAsync("s", text);

        for (RememberOutcome.Remembered? remembered = null; remembered is null or { Next: not null };)
        {
            remembered = (await node.RememberAsync("s")).ShouldBeOfType<RememberOutcome.Remembered>();
            remembered.UpTo.ShouldBe(remembered.From, "a turn of a third of a megabyte has a batch of its own");
        }

        var memories = (await node.MemoriesAsync()).Values.ToList();
        memories.ShouldAllBe(memory => Encoding.UTF8.GetByteCount(memory.Text) <= Memory.MaxTextBytes);
        var numbers = memories.Where(memory => memory.Source!.Turn == 3).SelectMany(memory => memory.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        numbers.Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, 60_000));
    }

    [Fact]
    public async Task Deleted_memory_comes_back_only_when_its_turn_is_named()
    {
        var node = NewNode();
        await node.SayAsync("s", "one", "two", "three");
        var items = (await node.RememberAsync("s")).ShouldBeOfType<RememberOutcome.Remembered>().Items;
        await node.ForgetAsync(items[1].Id);
        await node.SayAsync("s", "four");

        (await node.RememberAsync("s")).ShouldBeOfType<RememberOutcome.Remembered>().Items.Select(item => item.Turn).ShouldBe([4]);
        (await node.MemoriesAsync()).ShouldNotContainKey(items[1].Id);

        var named = (await node.RememberAsync("s", from: 1, to: 2)).ShouldBeOfType<RememberOutcome.Remembered>();
        named.Items.Select(item => (item.Turn, item.IsNew)).ShouldBe([(1, false), (2, true)]);
        (await node.MemoriesAsync()).ShouldContainKey(items[1].Id);
    }

    [Fact]
    public async Task Range_by_hand_is_passed_over_later()
    {
        var node = NewNode();
        await node.SayAsync("s", [.. Enumerable.Range(1, 10).Select(n => $"fact {n}")]);
        var items = (await node.RememberAsync("s", from: 4, to: 6)).ShouldBeOfType<RememberOutcome.Remembered>().Items;
        await node.ForgetAsync(items[0].Id);

        var first = (await node.RememberAsync("s")).ShouldBeOfType<RememberOutcome.Remembered>();
        (first.From, first.UpTo, first.Next).ShouldBe((1, 3, 7));
        var second = (await node.RememberAsync("s")).ShouldBeOfType<RememberOutcome.Remembered>();
        (second.From, second.UpTo, second.Next).ShouldBe((7, 10, null));
        (await node.MemoriesAsync()).Count.ShouldBe(9);
    }

    [Fact]
    public async Task More_separate_ranges_than_a_record_keeps_are_refused_and_the_way_through_is_not()
    {
        var node = NewNode();
        for (var i = 0; i < 3; i++)
            await node.SayAsync("s", [.. Enumerable.Range(1, 256).Select(n => $"fact {i} {n}")]);
        for (var i = 0; i < SessionMemories.MaxRanges; i++)
            (await node.RememberAsync("s", from: 600 + (2 * i), to: 600 + (2 * i))).ShouldBeOfType<RememberOutcome.Remembered>();

        (await node.RememberAsync("s", from: 590, to: 590)).ShouldBeOfType<RememberOutcome.TooScattered>();
        var next = (await node.RememberAsync("s")).ShouldBeOfType<RememberOutcome.Remembered>();
        (next.From, next.UpTo).ShouldBe((1, 256));
    }

    [Fact]
    public async Task Repeat_gets_the_first_answer_whatever_happened_since()
    {
        var node = NewNode();
        await node.SayAsync("s", "one", "two");
        var first = (await node.RememberAsync("s", requestId: "k")).ShouldBeOfType<RememberOutcome.Remembered>();
        await node.ForgetAsync(first.Items[0].Id);
        await node.SayAsync("s", "three");

        var repeat = (await NewNode().RememberAsync("s", requestId: "k")).ShouldBeOfType<RememberOutcome.Remembered>();

        (repeat.From, repeat.UpTo).ShouldBe((1, 2));
        repeat.Items.ShouldBe(first.Items);
        (await node.MemoriesAsync()).Values.Select(memory => memory.Text).ShouldBe(["two"]);
        (await node.RememberAsync("none")).ShouldBeOfType<RememberOutcome.Refused>().Why.ShouldBeOfType<WriteOutcome.NotFound>();
    }

    [Fact]
    public async Task Repeat_by_name_of_turns_does_not_bring_back_what_was_deleted_between()
    {
        var node = NewNode();
        await node.SayAsync("s", "one", "two");
        var first = (await node.RememberAsync("s", from: 1, requestId: "k")).ShouldBeOfType<RememberOutcome.Remembered>();
        await node.ForgetAsync(first.Items[0].Id);

        await node.RememberAsync("s", from: 1, requestId: "k");

        (await node.MemoriesAsync()).ShouldNotContainKey(first.Items[0].Id);
    }

    [Fact]
    public async Task Many_at_once_on_nodes_whose_stores_fail_give_each_turn_one_memory()
    {
        var sayer = NewNode();
        for (var i = 0; i < 4; i++)
            await sayer.SayAsync("s", [.. Enumerable.Range(i * 100, 100).Select(n => $"fact {n}")]);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(async i =>
        {
            var node = NewNode(seed: 100 + i);
            node.Strong.FaultRate = node.Hot.FaultRate = .15;
            for (var (patience, isDone) = (0, false); !isDone; patience++)
            {
                patience.ShouldBeLessThan(1000);
                try
                {
                    isDone = await node.RememberAsync("s", from: i % 2 == 0 ? null : 300) is RememberOutcome.Remembered { Next: null };
                }
                catch (StoreUnavailableException)
                {
                    // Again, as an agent would.
                }
            }
        }));
        await _strong.SettleAsync();

        (await NewNode().MemoriesAsync()).Values.Select(memory => memory.Source!.Turn!.Value).Order().ShouldBe(Enumerable.Range(1, 400).Select(n => (long)n));
    }

    [Fact]
    public async Task Turns_that_are_lost_are_told_and_hold_nothing_up()
    {
        var node = NewNode();
        for (var i = 1; i <= 5; i++)
            await node.SayAsync("s", $"fact {i}");
        foreach (var key in _hot.Values.Keys.Where(key => key.EndsWith("0000003", StringComparison.Ordinal)).ToList())
            _hot.Values.TryRemove(key, out _).ShouldBeTrue();

        var remembered = (await NewNode().RememberAsync("s")).ShouldBeOfType<RememberOutcome.Remembered>();

        remembered.Missing.ShouldBe([new TurnRange(3, 3)]);
        (remembered.UpTo, remembered.Items.Count).ShouldBe((5, 4));
    }

    [Fact]
    public async Task Session_that_was_deleted_or_begun_anew_is_another()
    {
        var node = NewNode();
        await node.SayAsync("s", "one", "two");
        await node.RememberAsync("s");
        await node.DeleteAsync("s");
        (await node.RememberAsync("s")).ShouldBeOfType<RememberOutcome.Refused>().Why.ShouldBeOfType<WriteOutcome.NotFound>();

        await node.SayAsync("s", "uno");
        (await node.RememberAsync("s")).ShouldBeOfType<RememberOutcome.Remembered>().Items.ShouldHaveSingleItem().IsNew.ShouldBeTrue();
        (await node.MemoriesAsync()).Values.Select(memory => memory.Text).Order().ShouldBe(["one", "two", "uno"]);
    }

    [Fact]
    public async Task Renewal_of_the_record_keeps_what_was_remembered()
    {
        var node = NewNode();
        await node.SayAsync("s", "one");
        var id = (await node.RememberAsync("s")).ShouldBeOfType<RememberOutcome.Remembered>().Items[0].Id;
        await node.ForgetAsync(id);
        // More blocks than the record had room for.
        for (var i = 0; i < SessionRecord.FirstRoom; i++)
            await node.SayAsync("s", $"fact {i}");

        (await NewNode().RememberAsync("s")).ShouldBeOfType<RememberOutcome.Remembered>().From.ShouldBe(2);
        (await node.MemoriesAsync()).ShouldNotContainKey(id);
    }

    SessionNode NewNode(int seed = 1) => new(_strong, _hot, seed: seed);
}
