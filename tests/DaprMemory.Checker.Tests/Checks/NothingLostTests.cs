using DaprMemory.Checker.Checks;
using DaprMemory.Checker.History;
using DaprMemory.Checker.Tests.Support;

namespace DaprMemory.Checker.Tests.Checks;

/// <summary>What must be left, and what must never have been there.</summary>
public sealed class NothingLostTests
{
    static Script Written() => new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 3);

    [Fact]
    public void Log_with_each_write_once_is_legal()
    {
        Written().Put("c", null, 4, 5, outcome: Outcome.Unknown).Log(("1.0", "k", "a"), ("2.0", "k", "b")).Broken().ShouldBeEmpty();
        Written().Put("c", null, 4, 5, outcome: Outcome.Unknown).Log(("1.0", "k", "a"), ("2.0", "k", "b"), ("3.0", "k", "c")).Broken().ShouldBeEmpty();
    }

    [Fact]
    public void Acknowledged_write_that_is_not_in_the_log_is_lost()
    {
        Written().Log(("1.0", "k", "a")).Broken().ShouldBe([Promise.NothingLost]);
        Written().Log(("1.0", "k", "a"), ("3.0", "k", "b")).Broken().ShouldBe([Promise.NothingLost]);
    }

    [Fact]
    public void Write_that_is_in_the_log_twice_is_doubled()
    {
        Written().Log(("1.0", "k", "a"), ("2.0", "k", "b"), ("3.0", "k", "b")).Broken().ShouldBe([Promise.NothingDoubled]);
        Written().Put("c", null, 4, 5, outcome: Outcome.Unknown).Log(("1.0", "k", "a"), ("2.0", "k", "b"), ("3.0", "k", "c"), ("4.0", "k", "c")).Broken()
            .ShouldBe([Promise.NothingDoubled]);
    }

    [Fact]
    public void Refused_or_foreign_entry_in_the_log_is_a_phantom()
    {
        Written().Put("c", null, 4, 5, outcome: Outcome.Failed).Log(("1.0", "k", "a"), ("2.0", "k", "b"), ("3.0", "k", "c")).Broken().ShouldBe([Promise.NothingPhantom]);
        Written().Log(("1.0", "k", "a"), ("2.0", "k", "b"), ("3.0", "k", "nobody's")).Broken().ShouldBe([Promise.NothingPhantom]);
    }

    [Fact]
    public void Final_value_is_that_of_the_last_write()
    {
        Written().Read("b", "2.0", 10, 11).InTheEnd().Broken().ShouldBeEmpty();
        Written().Read("a", "1.0", 10, 11).InTheEnd().Broken().ShouldContain(Promise.NothingLost);
        Written().Read(null, null, 10, 11, version: 2).InTheEnd().Broken().ShouldContain(Promise.NothingLost);
        Written().Delete("3.0", 4, 5).Read(null, null, 10, 11, version: 3).InTheEnd().Broken().ShouldBeEmpty();
        Written().Delete("3.0", 4, 5).Read("b", "2.0", 10, 11, version: 3).InTheEnd().Broken().ShouldContain(Promise.NothingResurrected);
    }

    [Fact]
    public void Final_value_of_an_unacknowledged_write_is_legal()
    {
        Written().Put("c", null, 4, 5, outcome: Outcome.Unknown).Read("c", "3.0", 10, 11).InTheEnd().Broken().ShouldBeEmpty();
        Written().Delete(null, 4, 5, outcome: Outcome.Unknown).Read(null, null, 10, 11, version: 3).InTheEnd().Broken().ShouldBeEmpty();
    }

    [Fact]
    public void Unacknowledged_write_may_take_effect_between_the_final_read_and_the_reading_of_the_log()
    {
        Written().Put("c", null, 4, 5, outcome: Outcome.Unknown).Read("b", "2.0", 10, 11).InTheEnd().Log(("1.0", "k", "a"), ("2.0", "k", "b"), ("3.0", "k", "c"))
            .Broken().ShouldBeEmpty();
    }

    [Fact]
    public void Two_writes_at_one_place_are_a_loss()
    {
        new Script().Put("a", "1.0", 0, 9, "x").Put("b", "1.0", 0, 9, "y").Broken().ShouldBe([Promise.NothingLost]);
    }

    [Fact]
    public void Value_that_was_never_saved_is_a_dirty_read()
    {
        Written().Put("c", null, 4, 5, outcome: Outcome.Failed).Read("c", "3.0", 5, 6, level: Level.Session).Broken().ShouldBe([Promise.NothingPhantom]);
        Written().Read("nobody's", "2.0", 5, 6, level: Level.Session).Broken().ShouldBe([Promise.NothingPhantom]);
        Written().Put("c", null, 4, 9, outcome: Outcome.Unknown).Read("c", "3.0", 5, 6, level: Level.Session).Log(("1.0", "k", "a"), ("2.0", "k", "b")).Broken()
            .ShouldBe([Promise.NothingPhantom]);
    }

    [Fact]
    public void Value_whose_place_another_write_got_is_a_dirty_read()
    {
        Written().Put("c", null, 4, 9, outcome: Outcome.Unknown).Read("c", "3.0", 5, 6, level: Level.Session).Put("d", "3.0", 5, 7, client: 3, level: Level.Session)
            .Broken().ShouldBe([Promise.NothingPhantom]);
    }

    [Fact]
    public void Value_shown_at_two_places_is_doubled_or_came_back()
    {
        Written().Read("b", "3.0", 4, 5).Broken().ShouldContain(Promise.NothingDoubled);
        Written().Delete("3.0", 4, 5).Read("b", "4.0", 6, 7).Broken().ShouldContain(Promise.NothingResurrected);
    }
}
