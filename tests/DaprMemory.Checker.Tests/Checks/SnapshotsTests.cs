using DaprMemory.Checker.Checks;
using DaprMemory.Checker.History;
using DaprMemory.Checker.Tests.Support;

namespace DaprMemory.Checker.Tests.Checks;

/// <summary>That an answer shows the version that it names.</summary>
public sealed class SnapshotsTests
{
    static Script TwoKeys() => new Script().Put("a1", "1.0", 0, 1, "a").Put("b1", "2.0", 2, 3, "b").Put("a2", "3.0", 4, 5, "a").Put("b2", "3.1", 4, 5, "b", client: 3);

    [Theory]
    [InlineData(2, "a1", "1.0", "b1", "2.0", false)]
    [InlineData(3, "a2", "3.0", "b2", "3.1", false)]
    [InlineData(2, "a2", "3.0", "b1", "2.0", true)]
    [InlineData(3, "a2", "3.0", "b1", "2.0", true)]
    public void Several_keys_are_shown_as_of_one_version(long version, string a, string atA, string b, string atB, bool broken)
    {
        TwoKeys().ReadAll(6, 7, version, ("a", a, atA), ("b", b, atB)).Broken().ShouldBe(broken ? [Promise.Snapshot] : []);
    }

    [Fact]
    public void List_of_etags_is_judged_like_a_read()
    {
        TwoKeys().ReadAll(6, 7, 3, ("a", null, "3.0"), ("b", null, "3.1")).Broken().ShouldBeEmpty();
        TwoKeys().ReadAll(6, 7, 3, ("a", null, "1.0"), ("b", null, "3.1")).Broken().ShouldBe([Promise.Snapshot]);
        TwoKeys().ReadAll(6, 7, 3, ("a", null, null), ("b", null, "3.1")).Broken().ShouldBe([Promise.Snapshot]);
        TwoKeys().ReadAll(6, 7, 3, ("a", null, "3.1"), ("b", null, "3.1")).Broken().ShouldContain(Promise.NothingPhantom);
    }

    [Fact]
    public void Deleted_record_that_an_old_version_shows_is_legal_and_a_new_one_resurrects()
    {
        Script Deleted() => new Script().Put("a", "1.0", 0, 1).Delete("2.0", 2, 3);
        Deleted().Read("a", "1.0", 4, 5, level: Level.Session).Broken().ShouldBeEmpty();
        Deleted().Read("a", "1.0", 4, 5, version: 2, level: Level.Session).Broken().ShouldBe([Promise.NothingResurrected]);
    }
}
