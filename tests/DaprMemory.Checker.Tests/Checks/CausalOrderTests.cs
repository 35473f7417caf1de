using DaprMemory.Checker.Checks;
using DaprMemory.Checker.History;
using DaprMemory.Checker.Tests.Support;

namespace DaprMemory.Checker.Tests.Checks;

/// <summary>What follows from what, from space to space.</summary>
public sealed class CausalOrderTests
{
    // 1 writes x in space s; 2 reads it and writes y in space t; 3 reads y.
    static Script Chain(Level readerOfY = Level.Causal, Level readerOfX = Level.Session) => new Script()
        .Put("old", "1.0", 0, 1, "x").Put("new", "2.0", 2, 3, "x")
        .Read("new", "2.0", 4, 5, key: "x", level: readerOfX, client: 2).Put("y", "1.0", 6, 7, "y", client: 2, space: "t")
        .Read("y", "1.0", 8, 9, key: "y", level: readerOfY, client: 3, space: "t");

    [Fact]
    public void Causal_read_of_what_a_value_depends_on_shows_it_or_newer()
    {
        Chain().Read("new", "2.0", 10, 11, key: "x", client: 3, level: Level.Causal).Broken().ShouldBeEmpty();
        Chain().Put("newer", "3.0", 9, 10, "x").Read("newer", "3.0", 11, 12, key: "x", client: 3, level: Level.Causal).Broken().ShouldBeEmpty();
    }

    [Fact]
    public void Causal_read_that_misses_what_a_value_depends_on_is_a_violation()
    {
        Chain().Read("old", "1.0", 10, 11, key: "x", client: 3, level: Level.Causal).Broken().ShouldBe([Promise.CausalOrder]);
        Chain().Read(null, null, 10, 11, version: 1, key: "x2", client: 3, level: Level.Causal).Broken().ShouldBe([Promise.CausalOrder]);
    }

    [Fact]
    public void Session_read_promises_nothing_across_spaces()
    {
        Chain().Read("old", "1.0", 10, 11, key: "x", client: 3, level: Level.Session).Broken().ShouldBeEmpty();
        Chain(readerOfY: Level.Session).Read("old", "1.0", 10, 11, key: "x", client: 3, level: Level.Causal).Broken().ShouldBeEmpty();
    }

    [Fact]
    public void Dependencies_travel_over_several_clients_and_spaces()
    {
        Chain(readerOfX: Level.Causal).Put("z", "1.0", 10, 11, "z", client: 3, space: "u").Read("z", "1.0", 12, 13, key: "z", client: 4, space: "u", level: Level.Causal)
            .Read("old", "1.0", 14, 15, key: "x", client: 4, level: Level.Causal).Broken().ShouldBe([Promise.CausalOrder]);
    }

    [Fact]
    public void Dependencies_travel_with_an_unacknowledged_write()
    {
        new Script().Put("old", "1.0", 0, 1, "x").Put("new", "2.0", 2, 3, "x").Put("y", null, 4, 5, "y", space: "t", outcome: Outcome.Unknown)
            .Read("y", "1.0", 6, 7, key: "y", level: Level.Causal, client: 3, space: "t").Read("old", "1.0", 8, 9, key: "x", client: 3, level: Level.Causal)
            .Broken().ShouldBe([Promise.CausalOrder]);
    }

    [Fact]
    public void What_the_writer_learned_after_it_wrote_is_no_dependency()
    {
        new Script().Put("old", "1.0", 0, 1, "x").Put("y", "1.0", 2, 5, "y", client: 2, space: "t").Put("new", "2.0", 2, 3, "x")
            .Read("new", "2.0", 3, 4, key: "x", client: 2, level: Level.Causal)
            .Read("y", "1.0", 6, 7, key: "y", level: Level.Causal, client: 3, space: "t").Read("old", "1.0", 8, 9, key: "x", client: 3, level: Level.Causal)
            .Broken().ShouldBeEmpty();
    }
}
