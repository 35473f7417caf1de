using DaprMemory.Core.Log;
using DaprMemory.Core.Sessions;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Tests.Sessions;

/// <summary>What a session's log does as it grows, ages, and when the hot store forgets some of it.</summary>
public sealed class SessionLogTests
{
    static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    readonly TestClock _clock = new();
    readonly FaultyStore.Shared _strong;
    readonly FaultyStore.Shared _hot;

    public SessionLogTests() => (_strong, _hot) = (new FaultyStore.Shared(_clock), new FaultyStore.Shared(_clock));

    [Fact]
    public async Task Append_costs_the_same_at_turn_10_000_as_at_turn_10()
    {
        var node = new SessionNode(_strong, _hot, time: _clock, options: new SessionsOptions { SummaryAfterTurns = 1_000_000, SummaryAfterBytes = 1 << 30 });
        var first = await CostAsync(node, upTo: 10);
        var last = await CostAsync(node, upTo: 10_000);
        // 32 blocks, one call each; and two calls for the hint every 16 blocks.
        (first, last).ShouldBe((36, 36));
        (await node.Spaces.OpenAsync(SessionNode.Id, default)).View.Version.ShouldBe(9, "a commit for each doubling of 64 up to 16,384");
    }

    async Task<long> CostAsync(SessionNode node, long upTo)
    {
        long newest;
        do
            newest = await node.SayAsync("s", "x");
        while (newest < upTo);
        await node.SettleAsync("s");
        var before = _hot.Calls + _strong.Calls;
        for (var i = 0; i < 32; i++)
            await node.SayAsync("s", "x");
        await node.SettleAsync("s");
        return _hot.Calls + _strong.Calls - before;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(300)]
    public async Task End_is_found_without_the_hint(int blocks)
    {
        var node = NewNode();
        for (var i = 1; i <= blocks; i++)
            await node.SayAsync("s", $"{i}");
        await node.SettleAsync("s");
        Evict(key => key.EndsWith(":t", StringComparison.Ordinal));

        (await NewNode().SayAsync("s", "next")).ShouldBe(blocks + 1);
        (await NewNode().ReadAsync("s"))!.Newest.ShouldBe(blocks + 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Evicted_blocks_are_told_and_change_nothing_else(bool isHintLost)
    {
        var node = NewNode();
        for (var i = 1; i <= 200; i++)
            await node.SayAsync("s", $"{i}a", $"{i}b");
        await node.SettleAsync("s");
        Evict(key => BlockOf(key) is >= 50 and <= 149 or 180);
        if (isHintLost)
            Evict(key => key.EndsWith(":t", StringComparison.Ordinal));

        var other = NewNode();
        var page = (await other.ReadAsync("s"))!;
        page.Missing.ShouldBe([new TurnRange(99, 298), new TurnRange(359, 360)]);
        page.Turns.Select(turn => turn.GetText()).ShouldBe(Enumerable.Range(1, 200).Where(i => i is < 50 or > 149 and not 180).SelectMany(i => new[] { $"{i}a", $"{i}b" }));
        (page.First, page.Last, page.Newest).ShouldBe((1, 400, 400));

        (await other.SayAsync("s", "next")).ShouldBe(401);
        (await other.ReadAsync("s", new TurnQuery(Before: 362, Limit: 4)))!.ShouldSatisfyAllConditions(
            p => p.Turns.Select(turn => turn.Number).ShouldBe([358, 361]),
            p => p.Missing.ShouldBe([new TurnRange(359, 360)]));
        (await other.ReadAsync("s", new TurnQuery(Before: 200, Limit: 3)))!.ShouldSatisfyAllConditions(
            p => p.Turns.ShouldBeEmpty(),
            p => p.Missing.ShouldBe([new TurnRange(197, 199)]),
            p => p.First.ShouldBe(197));
        // The node that wrote them has them in memory.
        (await node.ReadAsync("s"))!.Missing.ShouldBeEmpty();
    }

    [Fact]
    public async Task Node_that_was_away_does_not_write_into_a_hole()
    {
        var (away, node) = (NewNode(), NewNode());
        await away.SayAsync("s", "1");
        for (var i = 2; i <= 10; i++)
            await node.SayAsync("s", $"{i}");
        Evict(key => BlockOf(key) is 2 or 3);
        _clock.Advance(TimeSpan.FromMinutes(2));

        (await away.SayAsync("s", "11")).ShouldBe(11);
        var page = (await NewNode().ReadAsync("s"))!;
        page.Turns.Select(turn => turn.GetText()).ShouldBe(["1", "4", "5", "6", "7", "8", "9", "10", "11"]);
        page.Missing.ShouldBe([new TurnRange(2, 3)]);
    }

    [Fact]
    public async Task Session_whose_turns_are_all_lost_goes_on_from_what_its_record_tells()
    {
        var node = NewNode();
        for (var i = 1; i <= 70; i++)
            await node.SayAsync("s", $"{i}");
        await node.SettleAsync("s");
        Evict(_ => true);

        var other = NewNode();
        (await other.SayAsync("s", "next")).ShouldBe(65, "the record was committed at turn 64");
        var page = (await other.ReadAsync("s"))!;
        page.Missing.ShouldBe([new TurnRange(1, 64)]);
        page.Turns.Select(turn => turn.GetText()).ShouldBe(["next"]);
    }

    [Fact]
    public async Task Foreign_block_is_an_error_and_never_skipped()
    {
        var node = NewNode();
        for (var i = 1; i <= 3; i++)
            await node.SayAsync("s", $"{i}");
        var key = _hot.Values.Keys.Single(key => BlockOf(key) == 2);
        _hot.Values[key] = new StoredValue("{}"u8.ToArray(), "x");
        (await Should.ThrowAsync<SessionCorruptException>(() => NewNode().ReadAsync("s"))).Message.ShouldContain("block 2 of session s");
    }

    [Fact]
    public async Task Session_lives_as_long_as_its_retention_behind_its_last_turn_and_little_longer()
    {
        var node = NewNode();
        for (var day = 0; day < 200; day += 7)
        {
            await node.SayAsync("s", $"{day}");
            await node.SettleAsync("s");
            _clock.Advance(TimeSpan.FromDays(7));
        }
        _clock.Advance(Retention - TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        var page = (await NewNode().ReadAsync("s"))!;
        page.Missing.ShouldBeEmpty("old blocks were written again");
        page.Turns.Count.ShouldBe(29);

        _clock.Advance(Retention / 16 + TimeSpan.FromMinutes(2));
        (await NewNode().ReadAsync("s")).ShouldBeNull();
        (await node.ReadAsync("s")).ShouldBeNull();
        (await node.SayAsync("s", "anew")).ShouldBe(1);
        (await NewNode().TextsAsync("s")).ShouldBe(["anew"]);
    }

    [Fact]
    public async Task Blocks_of_an_expired_session_are_gone_in_the_end()
    {
        var node = NewNode();
        for (var i = 0; i < 20; i++)
            await node.SayAsync("s", "x");
        await node.SettleAsync("s");
        _clock.Advance(Retention * 2 + TimeSpan.FromMinutes(1));
        _hot.Values.Keys.Where(key => _hot.TryGet(key, out _)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Refresh_that_fails_half_way_is_done_by_the_next_append()
    {
        var node = NewNode();
        for (var i = 1; i <= 20; i++)
            await node.SayAsync("s", $"{i}");
        await node.SettleAsync("s");
        _clock.Advance(TimeSpan.FromDays(16));
        node.Hot.FaultRate = 0.3;
        var request = SessionNode.Request("21");
        for (var attempt = 0; await node.AppendAsync("s", request) is not AppendOutcome.Appended; attempt++)
            attempt.ShouldBeLessThan(100);
        await node.SettleAsync("s");
        node.Hot.FaultRate = 0;
        await _hot.SettleAsync();
        _clock.Advance(TimeSpan.FromDays(1));
        await node.SayAsync("s", "22");
        await node.SettleAsync("s");

        (_clock.GetUtcNow() - (await node.FindAsync("s"))!.Entry.Record.RefreshedAt).ShouldBeLessThan(TimeSpan.FromDays(2));
        _clock.Advance(TimeSpan.FromDays(2 * 30 - 2));
        _hot.Values.Keys.Where(key => BlockOf(key) is not null).ToList().ShouldAllBe(key => IsThere(key));
    }

    [Fact]
    public async Task Repeat_by_way_of_a_node_that_has_just_started_has_the_first_answer()
    {
        var node = NewNode();
        var request = SessionNode.Request("once", "and once more");
        await node.SayAsync("s", "before");
        var first = (await node.AppendAsync("s", request)).ShouldBeOfType<AppendOutcome.Appended>();
        first.ShouldBe(new AppendOutcome.Appended(2, 3));
        for (var i = 0; i < 255; i++)
            await node.SayAsync("s", "x");

        (await NewNode().AppendAsync("s", request)).ShouldBe(first);
        (await NewNode().AppendAsync("s", request with { RequestDigest = 2 })).ShouldBe(new AppendOutcome.IdempotencyMismatch());
        (await NewNode().ReadAsync("s"))!.Newest.ShouldBe(258);
    }

    [Fact]
    public async Task Append_while_the_hot_store_is_down_is_refused_and_its_retry_learns_the_truth()
    {
        var limits = new SpaceOptions { WriteTimeout = TimeSpan.FromSeconds(2), ReadTimeout = TimeSpan.FromSeconds(30) };
        var node = new SessionNode(_strong, _hot, limits);
        await node.SayAsync("s", "1");
        node.Hot.FaultRate = 1;
        var request = SessionNode.Request("2");
        (await node.AppendAsync("s", request)).ShouldBe(new AppendOutcome.Unavailable(OutcomeUnknown: true));
        (await node.AppendAsync("s", SessionNode.Request("never"))).ShouldBe(new AppendOutcome.Unavailable(OutcomeUnknown: false));
        await Should.ThrowAsync<StoreUnavailableException>(() => node.ReadAsync("s"));

        (await NewNode().AppendAsync("s", request)).ShouldBe(new AppendOutcome.Appended(2, 2));
        node.Hot.FaultRate = 0;
        await _hot.SettleAsync();
        (await NewNode().TextsAsync("s")).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task Append_to_an_open_session_goes_on_while_the_strong_store_is_down()
    {
        var node = NewNode();
        await node.SayAsync("s", "1");
        node.Strong.FaultRate = 1;
        (await node.SayAsync("s", "2")).ShouldBe(2);
        (await NewNode().TextsAsync("s")).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task Deleted_session_takes_no_append_of_a_node_that_does_not_know()
    {
        var (stale, node) = (NewNode(), NewNode());
        await stale.SayAsync("s", "1");
        var kept = (await stale.FindAsync("s"))!;
        (await node.DeleteAsync("s")).ShouldBeOfType<WriteOutcome.Committed>();

        (await kept.AppendAsync(SessionNode.Request("late"), default)).ShouldBeOfType<AppendOutcome.Closed>();
        (await stale.SayAsync("s", "2")).ShouldBe(1);
        (await node.TextsAsync("s")).ShouldBe(["2"]);
    }

    [Fact]
    public async Task Delete_that_ended_behind_its_seal_is_finished_by_the_next_append()
    {
        var node = NewNode();
        await node.SayAsync("s", "1");
        (await (await node.FindAsync("s"))!.SealAsync(new TurnSeal("ann", "d", 1), default)).ShouldBeOfType<AppendOutcome.Closed>();

        (await NewNode().ReadAsync("s")).ShouldBeNull("the log is closed");
        (await NewNode().SayAsync("s", "2")).ShouldBe(1);
        (await NewNode().TextsAsync("s")).ShouldBe(["2"]);
    }

    [Fact]
    public async Task Repeated_delete_does_not_end_a_later_session()
    {
        var node = NewNode();
        await node.SayAsync("s", "1");
        var first = await node.DeleteAsync("s", "once");
        await NewNode().SayAsync("s", "2");
        var again = await node.DeleteAsync("s", "once");
        again.ShouldBeOfType<WriteOutcome.Committed>().Place.ShouldBe(((WriteOutcome.Committed)first).Place);
        (await node.TextsAsync("s")).ShouldBe(["2"]);
    }

    [Fact]
    public async Task Repeat_of_a_delete_that_another_finished_does_not_end_the_session_that_began_then()
    {
        var node = NewNode();
        await node.SayAsync("s", "1");
        (await (await node.FindAsync("s"))!.SealAsync(new TurnSeal("ann", "once", 1), default)).ShouldBeOfType<AppendOutcome.Closed>();
        await NewNode().SayAsync("s", "2");

        (await node.DeleteAsync("s", "once")).ShouldBeOfType<WriteOutcome.Committed>().Place.ShouldNotBeNull();
        (await NewNode().TextsAsync("s")).ShouldBe(["2"]);
        (await node.DeleteAsync("s", "again")).ShouldBeOfType<WriteOutcome.Committed>();
        (await NewNode().ReadAsync("s")).ShouldBeNull();
    }

    [Fact]
    public async Task Delete_whose_key_was_used_for_something_else_before_it_was_finished_is_finished()
    {
        var node = NewNode();
        await node.SayAsync("s", "1");
        (await (await node.FindAsync("s"))!.SealAsync(new TurnSeal("ann", "once", 1), default)).ShouldBeOfType<AppendOutcome.Closed>();
        var put = new Mutation(new RecordKey(RecordKind.State, "k"), MutationKind.Put, "1"u8.ToArray());
        (await (await node.Spaces.OpenAsync(SessionNode.Id, default)).WriteAsync(new WriteRequest("ann", "once", 2, [put]), default)).ShouldBeOfType<WriteOutcome.Committed>();

        (await NewNode().SayAsync("s", "2")).ShouldBe(1);
        (await NewNode().TextsAsync("s")).ShouldBe(["2"]);
    }

    [Fact]
    public async Task Many_that_begin_one_session_at_once_are_in_one_session()
    {
        var nodes = new[] { NewNode(), NewNode(), NewNode() };
        for (var round = 0; round < 20; round++)
        {
            var session = $"s{round}";
            var last = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => nodes[i % nodes.Length].SayAsync(session, $"{i}"))));
            last.Order().ShouldBe(Enumerable.Range(1, 12).Select(i => (long)i));
            (await NewNode().TextsAsync(session)).Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, 12).Select(i => $"{i}").Order(StringComparer.Ordinal));
        }
    }

    SessionNode NewNode() => new(_strong, _hot, time: _clock);

    void Evict(Func<string, bool> isEvicted)
    {
        foreach (var key in _hot.Values.Keys.Where(isEvicted))
            _hot.Values.TryRemove(key, out _);
    }

    bool IsThere(string key) => _hot.TryGet(key, out _);

    static long? BlockOf(string key) => key.Split(':') is [_, _, "s", _, { Length: 16 } number] ? Convert.ToInt64(number, 16) : null;
}
