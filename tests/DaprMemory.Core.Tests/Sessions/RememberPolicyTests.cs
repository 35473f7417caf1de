using DaprMemory.Core.Log;
using DaprMemory.Core.Memories;
using DaprMemory.Core.Sessions;
using DaprMemory.Core.Spaces;
using Microsoft.Extensions.AI;

namespace DaprMemory.Core.Tests.Sessions;

public sealed class RememberPolicyTests
{
    readonly FaultyStore.Shared _strong = new();
    readonly FaultyStore.Shared _hot = new();

    [Fact]
    public async Task Turns_are_remembered_when_enough_were_said()
    {
        var node = NewNode(new RememberPolicy { AfterTurns = 4, AfterQuiet = TimeSpan.FromHours(1) });
        for (var i = 1; i <= 4; i++)
            await node.SayAsync("s", $"fact {i}");
        await UntilAsync(node, 4);
    }

    [Fact]
    public async Task Turns_are_remembered_when_nothing_is_said_for_a_while()
    {
        var node = NewNode(new RememberPolicy { AfterTurns = 100, AfterQuiet = TimeSpan.FromMilliseconds(20) });
        await node.SayAsync("s", "one");
        await UntilAsync(node, 1);
    }

    [Fact]
    public async Task Node_that_stops_remembers_what_was_said()
    {
        var node = NewNode(new RememberPolicy { AfterTurns = 100, AfterQuiet = TimeSpan.FromHours(1) });
        await node.SayAsync("s", "one", "two");
        await node.Sessions.DrainAsync(default);
        (await node.MemoriesAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Policy_says_which_roles_and_what_the_memories_are()
    {
        var node = NewNode(new RememberPolicy { AfterTurns = 1, Roles = { "user" }, Tags = { "said" }, Importance = .2, TimeToLive = TimeSpan.FromDays(1) });
        await node.AppendAsync("s", SessionNode.Request() with { Turns = [SessionNode.Say("noise") with { Role = "tool" }, SessionNode.Say("signal")] });
        await node.SettleAsync("s");

        var memory = (await node.MemoriesAsync()).ShouldHaveSingleItem().Value;
        (memory.Text, memory.Importance).ShouldBe(("signal", .2));
        memory.Tags.ShouldBe(["said"]);
    }

    [Fact]
    public async Task What_a_node_left_undone_another_does_behind_the_next_append()
    {
        var dead = new SessionNode(_strong, _hot);
        await dead.SayAsync("s", [.. Enumerable.Range(0, 256).Select(n => $"fact {n}")]);
        await dead.SayAsync("s", [.. Enumerable.Range(256, 144).Select(n => $"fact {n}")]);

        var node = NewNode();
        await node.SayAsync("s", "one more");
        await node.SettleAsync("s");

        (await node.MemoriesAsync()).Values.Select(memory => memory.Source!.Turn!.Value).Order().ShouldBe(Enumerable.Range(1, 401).Select(n => (long)n));
    }

    [Fact]
    public async Task What_a_node_left_undone_another_does_though_nobody_appends_any_more()
    {
        var clock = new TestClock();
        var dead = new SessionNode(_strong, _hot, time: clock);
        await dead.SayAsync("s", "one");
        var node = new SessionNode(_strong, _hot, time: clock, policy: new RememberPolicy { AfterTurns = 100, AfterQuiet = TimeSpan.FromHours(1) });
        var catchUp = new SessionCatchUp(node.Spaces, node.Sessions, clock);
        await node.MemoriesAsync();

        await catchUp.RunAsync(default);
        await UntilAsync(node, 1);
        // The record is as it was when it was looked at: only time tells that there may be more.
        await catchUp.RunAsync(default);
        await dead.SayAsync("s", "two");
        await catchUp.RunAsync(default);
        await node.SettleAsync("s");
        (await node.MemoriesAsync()).Count.ShouldBe(1);
        clock.Advance(TimeSpan.FromDays(17));
        await catchUp.RunAsync(default);
        await UntilAsync(node, 2);
    }

    [Fact]
    public async Task Deleted_memory_is_not_brought_back()
    {
        var node = NewNode();
        await node.SayAsync("s", "one", "two");
        await node.SettleAsync("s");
        var id = MemoryId.Of("one", new MemorySource("s", 1));
        await node.ForgetAsync(id);

        await node.SayAsync("s", "three");
        await node.SettleAsync("s");
        var restarted = NewNode();
        await restarted.SayAsync("s", "four");
        await restarted.SettleAsync("s");

        (await node.MemoriesAsync()).Values.Select(memory => memory.Text).Order().ShouldBe(["four", "three", "two"]);
    }

    [Fact]
    public async Task Policy_on_two_nodes_and_calls_by_hand_at_once_give_each_turn_one_memory_and_bring_none_back()
    {
        const int Turns = 150;
        SessionNode[] nodes = [NewNode(), NewNode(seed: 7)];
        var deleted = new List<string>();
        foreach (var node in nodes)
            node.Strong.FaultRate = .05;
        for (var i = 1; i <= Turns; i++)
        {
            var node = nodes[i % 2];
            await InsistAsync(node, $"fact {i}");
            if (i % 10 != 0)
                continue;
            var memories = await MemoriesOfLogAsync();
            if (memories.FirstOrDefault(memory => !deleted.Contains(memory.Key)) is { Key: { } id })
            {
                await new SessionNode(_strong, _hot).ForgetAsync(id);
                deleted.Add(id);
            }
            try
            {
                await node.RememberAsync("s");
            }
            catch (StoreUnavailableException)
            {
                // The policy goes on all the same.
            }
        }
        foreach (var node in nodes)
        {
            node.Strong.FaultRate = 0;
            await node.SayAsync("s", "end");
            await node.SettleAsync("s");
        }
        await _strong.SettleAsync();

        var found = await MemoriesOfLogAsync();
        found.Keys.Intersect(deleted).ShouldBeEmpty();
        found.Count.ShouldBe(Turns + 2 - deleted.Count);
        deleted.Count.ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task Strong_store_that_is_down_costs_no_append_and_is_caught_up_with()
    {
        var node = NewNode(new RememberPolicy { AfterTurns = 1 });
        await node.SayAsync("s", "one");
        await node.SettleAsync("s");
        node.Strong.FaultRate = 1;
        (await node.Sessions.AppendAsync(await node.Spaces.OpenAsync(SessionNode.Id, default), "s", SessionNode.Request("two"), default))
            .ShouldBeOfType<AppendOutcome.Appended>();
        node.Strong.FaultRate = 0;

        await UntilAsync(node, 2);
    }

    [Fact]
    public async Task What_could_not_be_read_is_tried_again_though_nobody_appends_any_more()
    {
        var node = NewNode(new RememberPolicy { AfterTurns = 100, AfterQuiet = TimeSpan.FromMilliseconds(200) }, options: new SessionsOptions { CacheBytes = 0 });
        await node.SayAsync("s", "one");
        var calls = _hot.Calls;
        node.Hot.FaultRate = 1;
        for (var patience = 0; _hot.Calls < calls + 2; patience++)
        {
            patience.ShouldBeLessThan(6000);
            await Task.Delay(5);
        }
        node.Hot.FaultRate = 0;

        await UntilAsync(node, 1);
    }

    [Fact]
    public async Task Facts_are_memories_of_their_own_each_once()
    {
        var extractor = new Facts(turns => turns.Select(turn => new Fact("Ann has a dog.", turn.Number)).Append(new Fact("Bob is 40.", 999)).Append(new Fact(" ")));
        var node = NewNode(Extracting(), extractor);
        await node.SayAsync("s", "one", "two");
        await node.SettleAsync("s");
        await node.SayAsync("s", "three");
        await node.SettleAsync("s");
        await node.SayAsync("t", "four");
        await node.SettleAsync("t");

        var facts = (await node.MemoriesAsync()).Values.Where(memory => memory.Tags?.Contains("fact") == true).ToDictionary(memory => memory.Text);
        facts.Keys.Order().ShouldBe(["Ann has a dog.", "Bob is 40."]);
        facts["Ann has a dog."].Source.ShouldBe(new MemorySource("s", 1));
        facts["Bob is 40."].Source.ShouldBe(new MemorySource("s"), "the model named a turn that it had not been given");
        extractor.Turns.ShouldBe([1, 2, 3, 1], "each turn is shown once");
    }

    [Fact]
    public async Task Fact_that_was_deleted_is_not_drawn_from_the_same_turns_again()
    {
        var extractor = new Facts(turns => turns.Select(turn => new Fact($"Fact of {turn.Number}.", turn.Number)));
        var node = NewNode(Extracting(), extractor);
        await node.SayAsync("s", "one");
        await node.SettleAsync("s");
        await node.ForgetAsync(MemoryId.Of("Fact of 1.", null));

        var restarted = NewNode(Extracting(), extractor);
        await restarted.SayAsync("s", "two");
        await restarted.SettleAsync("s");

        (await node.MemoriesAsync()).Values.Select(memory => memory.Text).Order().ShouldBe(["Fact of 2.", "one", "two"]);
    }

    [Fact]
    public async Task Extractor_that_fails_costs_nothing_but_the_facts_and_they_come_later()
    {
        var isDown = true;
        var extractor = new Facts(turns => isDown ? throw new ExtractorException("down", isRubbish: false) : turns.Select(turn => new Fact($"Fact of {turn.Number}.")));
        var node = NewNode(Extracting(), extractor);
        for (var i = 0; i < 5; i++)
        {
            await node.SayAsync("s", "said");
            await node.SettleAsync("s");
        }
        (await node.MemoriesAsync()).Count.ShouldBe(5);

        isDown = false;
        await node.SayAsync("s", "said");
        await node.SettleAsync("s");
        (await node.MemoriesAsync()).Count.ShouldBe(12);
    }

    [Theory]
    [InlineData("I am a teapot.")]
    [InlineData("[{\"fact\":")]
    [InlineData("{\"fact\":\"x\"}")]
    [InlineData("")]
    public async Task Model_that_talks_rubbish_is_asked_a_few_times_and_no_more(string answer)
    {
        var model = new Chat(answer);
        var node = NewNode(Extracting(), new ChatFactExtractor(model));
        for (var i = 1; i <= 6; i++)
        {
            await node.SayAsync("s", $"said {i}");
            await node.SettleAsync("s");
        }

        (await node.MemoriesAsync()).Count.ShouldBe(6);
        model.Asked.ShouldBe(6);
        model.Said.Split('\n').Select(line => line.Split(' ')[0]).ShouldBe(["4", "5", "6", ""], "three times for the first turns, then for those behind them");
    }

    [Fact]
    public async Task Model_is_told_who_said_what_and_its_list_is_read_with_whatever_stands_around_it()
    {
        var model = new Chat("Sure! ```json\n[{\"turn\":2,\"fact\":\"Ann has a dog.\"},{\"turn\":\"x\",\"fact\":\"Bob is 40.\"},{\"turn\":1},7,\"Plain.\"]\n``` Anything else?");
        var facts = await new ChatFactExtractor(model).ExtractAsync([SessionNode.Say("I have a dog.") with { Number = 2 }], default);

        facts.ShouldBe([new Fact("Ann has a dog.", 2), new Fact("Bob is 40."), new Fact("Plain.")]);
        model.Said.ShouldBe("2 [2026-01-01 00:00] ann (user): I have a dog.\n");
    }

    static RememberPolicy Extracting() => new() { AfterTurns = 1, Extract = true };

    SessionNode NewNode(RememberPolicy? policy = null, IFactExtractor? extractor = null, int seed = 1, SessionsOptions? options = null) =>
        new(_strong, _hot, options: options, seed: seed, policy: policy ?? new RememberPolicy { AfterTurns = 1 }, extractor: extractor);

    Task<Dictionary<string, Memory>> MemoriesOfLogAsync() => new SessionNode(_strong, _hot).MemoriesAsync();

    static async Task InsistAsync(SessionNode node, string text)
    {
        var request = SessionNode.Request(text);
        for (var (patience, isDone) = (0, false); !isDone; patience++)
        {
            patience.ShouldBeLessThan(1000);
            try
            {
                isDone = await node.AppendAsync("s", request) is AppendOutcome.Appended;
            }
            catch (StoreUnavailableException)
            {
                // Again, as an agent would.
            }
        }
    }

    static async Task UntilAsync(SessionNode node, int count)
    {
        for (var patience = 0; (await node.MemoriesAsync()).Count < count; patience++)
        {
            patience.ShouldBeLessThan(6000);
            await Task.Delay(5);
        }
    }

    sealed class Facts(Func<IReadOnlyList<Turn>, IEnumerable<Fact>> draw) : IFactExtractor
    {
        public List<long> Turns { get; } = [];

        public Task<IReadOnlyList<Fact>> ExtractAsync(IReadOnlyList<Turn> turns, CancellationToken cancellationToken)
        {
            IReadOnlyList<Fact> facts = [.. draw(turns)];
            Turns.AddRange(turns.Select(turn => turn.Number));
            return Task.FromResult(facts);
        }
    }

    sealed class Chat(string answer) : IChatClient
    {
        public int Asked { get; private set; }

        public string Said { get; private set; } = "";

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Asked++;
            Said = messages.Last().Text;
            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, answer)));
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
