using DaprMemory.Checker.Checks;
using DaprMemory.Checker.History;
using DaprMemory.Checker.Tests.Support;

namespace DaprMemory.Checker.Tests.Checks;

/// <summary>What a client may count on from its own past.</summary>
public sealed class SessionGuaranteesTests
{
    [Fact]
    public void Others_writes_may_be_missing()
    {
        new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 3).Read("a", "1.0", 4, 5, level: Level.Session).Broken().ShouldBeEmpty();
    }

    [Fact]
    public void Own_write_is_read()
    {
        new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 3).Read("a", "1.0", 4, 5, client: 1, level: Level.Session).Broken()
            .ShouldBe([Promise.ReadYourWrites, Promise.MonotonicReads]);
    }

    [Fact]
    public void Own_write_is_read_even_if_the_version_pretends()
    {
        new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 3).Read("a", "1.0", 4, 5, version: 2, client: 1, level: Level.Session).Broken()
            .ShouldBe([Promise.ReadYourWrites, Promise.MonotonicReads, Promise.Snapshot]);
    }

    [Fact]
    public void Own_delete_is_seen()
    {
        new Script().Put("a", "1.0", 0, 1).Delete("2.0", 2, 3).Read("a", "1.0", 4, 5, client: 1, level: Level.Session).Broken().ShouldContain(Promise.ReadYourWrites);
    }

    [Fact]
    public void Own_write_replaced_by_another_is_legal()
    {
        new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 0, 9, client: 3).Read("b", "2.0", 4, 5, client: 1, level: Level.Session)
            .Delete("3.0", 5, 9, client: 3).Read(null, null, 6, 7, version: 3, client: 1, level: Level.Session).Broken().ShouldBeEmpty();
    }

    [Fact]
    public void Own_write_that_overlaps_the_read_promises_nothing()
    {
        new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 6).Read("a", "1.0", 4, 5, client: 1, level: Level.Session).Broken().ShouldBeEmpty();
    }

    [Fact]
    public void Version_never_goes_back()
    {
        new Script().Put("a", "1.0", 0, 1).Put("x", "2.0", 0, 2, key: "other").Read("x", "2.0", 3, 4, key: "other", level: Level.Session)
            .Read("a", "1.0", 5, 6, level: Level.Session).Broken().ShouldBe([Promise.MonotonicReads]);
    }

    [Fact]
    public void Version_that_an_eventual_read_showed_binds_the_next_session_read_but_not_the_next_eventual_one()
    {
        Script Seen() => new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 3).Read("b", "2.0", 4, 5, level: Level.Eventual);
        Seen().Read("a", "1.0", 6, 7, level: Level.Eventual).Broken().ShouldBeEmpty();
        Seen().Read("a", "1.0", 6, 7, level: Level.Session).Broken().ShouldBe([Promise.MonotonicReads]);
    }

    [Fact]
    public void Token_that_was_sent_binds()
    {
        new Script().Put("a", "1.0", 0, 1).Read("a", "1.0", 2, 3, level: Level.Session, seen: 4).Broken().ShouldBe([Promise.MonotonicReads]);
    }

    [Fact]
    public void Refusal_by_a_view_older_than_the_clients_own_is_a_violation()
    {
        new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 3)
            .Put("c", "1.0", 4, 5, expected: "2.0", outcome: Outcome.PreconditionFailed, level: Level.Session).Broken().ShouldBe([Promise.MonotonicReads]);
        new Script().Put("a", "1.0", 0, 1).Put("b", "2.0", 2, 3)
            .Put("c", "1.0", 4, 5, expected: "2.0", outcome: Outcome.PreconditionFailed, level: Level.Session, client: 2).Broken().ShouldBeEmpty();
    }

    [Fact]
    public void Write_before_what_its_client_has_read_is_a_violation()
    {
        new Script().Put("a", "5.0", 0, 1).Read("a", "5.0", 2, 3).Put("b", "4.0", 4, 5, client: 2, key: "other").Broken().ShouldContain(Promise.MonotonicWrites);
    }
}
