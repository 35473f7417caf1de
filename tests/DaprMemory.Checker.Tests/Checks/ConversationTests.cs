using DaprMemory.Checker.Checks;
using DaprMemory.Checker.History;
using DaprMemory.Checker.Tests.Support;

namespace DaprMemory.Checker.Tests.Checks;

/// <summary>What may be shown of sessions, and what not.</summary>
public sealed class ConversationTests
{
    static readonly CheckOptions Options = new() { StalenessAge = TimeSpan.FromMilliseconds(10) };

    // 1 says a and b; a third turn comes from 2.
    static Script Said() => new Script().Append(1, 0, 1, "a", "b").Append(3, 2, 3, ["c"], client: 2);

    [Fact]
    public void Appends_that_overlap_may_come_in_either_order_and_others_only_in_theirs()
    {
        new Script().Append(2, 0, 5, "a").Append(1, 1, 6, ["b"], client: 2).Broken(Options).ShouldBeEmpty();
        new Script().Append(2, 0, 1, "a").Append(1, 2, 3, ["b"], client: 2).Broken(Options).ShouldBe([Promise.TurnOrder]);
        Said().Turns(3, 4, 5, [(3, "c")], limit: 1).Append(3, 6, 7, "d").Broken(Options).ShouldBe([Promise.TurnOrder, Promise.NothingLost]);
    }

    [Fact]
    public void Read_shows_all_that_was_known_before_and_eventual_ones_what_was_known_a_while_ago()
    {
        Said().Turns(3, 4, 5, [(1, "a"), (2, "b"), (3, "c")]).Turns(3, 4, 5, [(2, "b")], before: 3, limit: 1).Broken(Options).ShouldBeEmpty();
        Said().Turns(2, 4, 5, [(1, "a"), (2, "b")]).Broken(Options).ShouldBe([Promise.Linearizability]);
        Said().Turns(2, 4, 5, [(1, "a"), (2, "b")], client: 2).Broken(Options).ShouldBe([Promise.ReadYourWrites]);
        Said().Turns(2, 12, 13, [(1, "a"), (2, "b")], level: Level.Eventual).Broken(Options).ShouldBeEmpty();
        Said().Turns(2, 14, 15, [(1, "a"), (2, "b")], level: Level.Eventual).Broken(Options).ShouldBe([Promise.BoundedStaleness]);
        Said().Turns(2, 14, 15, [(1, "a"), (2, "b")], level: Level.Eventual).SayingAge(12).Broken(Options).ShouldBeEmpty();
    }

    [Fact]
    public void Who_was_not_told_of_a_session_may_not_find_it_but_at_strong()
    {
        Said().NoTurns(4, 5).Broken(Options).ShouldBeEmpty();
        Said().NoTurns(4, 5, client: 1).Broken(Options).ShouldBe([Promise.ReadYourWrites]);
        Said().NoTurns(4, 5, level: Level.Strong).Broken(Options).ShouldBe([Promise.Linearizability]);
        Said().End(4, 5, Outcome.NotFound).Broken(Options).ShouldBe([Promise.Linearizability]);
    }

    [Fact]
    public void Unacknowledged_append_is_there_once_or_not_at_all()
    {
        Script Lost() => Said().Append(0, 4, 5, ["d"], outcome: Outcome.Unknown);
        Lost().Turns(3, 6, 7, [(3, "c")], limit: 1).Turns(4, 8, 9, [(4, "d")], limit: 1).Broken(Options).ShouldBeEmpty();
        Lost().Turns(5, 6, 7, [(4, "d"), (5, "d")], limit: 2).Broken(Options).ShouldBe([Promise.NothingDoubled]);
        Lost().Turns(4, 6, 7, [(4, "d")], limit: 1).Turns(6, 8, 9, [(6, "d")], limit: 1).Broken(Options).ShouldBe([Promise.NothingDoubled]);
        Said().Append(0, 4, 5, ["d"], outcome: Outcome.Failed).Turns(4, 6, 7, [(4, "d")], limit: 1).Broken(Options).ShouldBe([Promise.NothingPhantom]);
        Said().Turns(4, 6, 7, [(4, "nobody's")], limit: 1).Broken(Options).ShouldBe([Promise.NothingPhantom]);
    }

    [Fact]
    public void Page_has_no_holes_and_the_turns_of_an_append_stand_together()
    {
        Said().Turns(3, 4, 5, [(1, "a"), (3, "c")]).Broken(Options).ShouldBe([Promise.NothingLost]);
        Said().Turns(3, 4, 5, []).Broken(Options).ShouldBe([Promise.NothingLost]);
        Said().Turns(3, 4, 5, [(1, "a"), (2, "c"), (3, "b")]).Broken(Options).ShouldBe([Promise.TurnOrder]);
    }

    [Fact]
    public void Acknowledged_turn_is_not_replaced()
    {
        Said().Append(3, 4, 5, ["d"], client: 3).Broken(Options).ShouldBe([Promise.TurnOrder, Promise.NothingLost]);
        Said().Append(0, 4, 5, ["d"], outcome: Outcome.Unknown).Turns(3, 6, 7, [(3, "d")], limit: 1).Broken(Options).ShouldBe([Promise.NothingLost]);
    }

    [Fact]
    public void Session_that_ended_does_not_return_and_the_next_one_begins_with_its_first_turn()
    {
        Script Ended() => Said().End(4, 5).Append(1, 6, 7, "d");
        Ended().Turns(1, 8, 9, [(1, "d")]).End(10, 11).NoTurns(12, 13, level: Level.Strong).Broken(Options).ShouldBeEmpty();
        Ended().Turns(2, 8, 9, [(1, "c"), (2, "d")]).Broken(Options).ShouldContain(Promise.NothingResurrected);
        Ended().Turns(3, 8, 9, [(1, "a"), (2, "b"), (3, "c")], level: Level.Eventual).Broken(Options).ShouldBeEmpty();
        Ended().Turns(3, 16, 17, [(1, "a"), (2, "b"), (3, "c")], level: Level.Eventual).Broken(Options).ShouldBe([Promise.NothingResurrected]);
    }

    [Fact]
    public void What_happens_while_a_session_ends_may_belong_to_either_life()
    {
        Script Ending() => Said().End(4, 9);
        Ending().Append(4, 5, 6, "d").Append(1, 7, 8, "e").NoTurns(7, 8, level: Level.Strong).Turns(3, 5, 6, [(3, "c")], limit: 1).Broken(Options).ShouldBeEmpty();
        // Its first attempt stood in the life that ended; nobody was told.
        Ending().Append(1, 4, 10, ["d"], client: 3).Turns(4, 5, 6, [(4, "d")], limit: 1).Turns(1, 11, 12, [(1, "d")]).Broken(Options).ShouldBeEmpty();
        Said().End(4, 9, Outcome.Unknown).Append(4, 10, 11, "d").Append(1, 12, 13, "e").Broken(Options).ShouldBeEmpty();
    }

    [Fact]
    public void Causal_read_of_a_turn_depends_on_what_its_writer_had_seen()
    {
        Script Told() => new Script().Put("old", "1.0", 0, 1, "x").Put("new", "2.0", 2, 3, "x").Append(1, 4, 5, ["look at x"], space: "t");
        Told().Turns(1, 6, 7, [(1, "look at x")], client: 3, level: Level.Causal, space: "t").Read("old", "1.0", 8, 9, key: "x", client: 3, level: Level.Causal)
            .Broken(Options).ShouldBe([Promise.CausalOrder]);
        Told().Turns(1, 6, 7, [(1, "look at x")], client: 3, level: Level.Session, space: "t").Read("old", "1.0", 8, 9, key: "x", client: 3, level: Level.Causal)
            .Broken(Options).ShouldBeEmpty();
    }

    [Fact]
    public void Search_that_shows_one_memory_twice_has_doubled_it()
    {
        new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 3, client: 2).Search(4, 5, 2, ("k", "b", "2.0")).Broken(Options).ShouldBeEmpty();
        new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 3, client: 2).Search(4, 5, 2, ("k", "b", "2.0"), ("k", "a", "1.0")).Broken(Options)
            .ShouldContain(Promise.NothingDoubled);
    }

    [Fact]
    public void Refused_add_tells_of_a_memory_that_is_there()
    {
        Script Added() => new Script().Put("a", "1.0", 0, 1, absent: true);
        Added().Put("b", "1.0", 2, 3, absent: true, client: 2, outcome: Outcome.PreconditionFailed).Broken(Options).ShouldBeEmpty();
        Added().Put("b", "7.0", 2, 3, absent: true, client: 2, outcome: Outcome.PreconditionFailed, version: 7).Broken(Options).ShouldBe([Promise.NothingPhantom]);
    }
}
