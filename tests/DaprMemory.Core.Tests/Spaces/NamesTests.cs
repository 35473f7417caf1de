using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Tests.Spaces;

/// <summary>What may be a name, and what may not.</summary>
public sealed class NamesTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("turns/D1/D1:1")]
    [InlineData("a.b_c~d:e@f=g-h/..."), InlineData(".a/..b")]
    public void Key_that_keeps_the_rules_is_taken(string key) => Names.CheckKey(key).ShouldBeNull();

    [Theory]
    [InlineData("", "1 to 512")]
    [InlineData("a/../b", "'..'"), InlineData("..", "'..'"), InlineData("a/.", "'.'")]
    [InlineData("a||b", "'|' at 1")]
    [InlineData("a\0b", "control characters (U+0000 at 1)"), InlineData("a\nb", "control")]
    [InlineData("/a", "empty segment"), InlineData("a/", "empty segment"), InlineData("a//b", "empty segment")]
    [InlineData("é", "found"), InlineData("a b", "found"), InlineData("a%2Fb", "found"), InlineData("a\\b", "found")]
    public void Key_that_breaks_a_rule_is_refused_by_that_rule(string key, string rule) => Names.CheckKey(key).ShouldNotBeNull().ShouldContain(rule);

    [Fact]
    public void Key_of_512_characters_is_taken_and_of_513_not()
    {
        Names.CheckKey(new string('k', 512)).ShouldBeNull();
        Names.CheckKey(new string('k', 513)).ShouldNotBeNull().ShouldContain("512");
    }

    [Theory]
    [InlineData("acme", true), InlineData("a-1", true), InlineData("9", true)]
    [InlineData("", false), InlineData("-a", false), InlineData("Acme", false), InlineData("a_b", false), InlineData("a:b", false), InlineData("a/b", false), InlineData("ä", false)]
    public void Tenant_is_checked(string name, bool good) => (Names.CheckTenant(name) is null).ShouldBe(good);

    [Theory]
    [InlineData("s", true), InlineData("a.b_c~d-E", true), InlineData("trunk@fix-1", true)]
    [InlineData("", false), InlineData(".", false), InlineData("..", false), InlineData("a:b", false), InlineData("a@", false), InlineData("@b", false), InlineData("a@b@c", false), InlineData("a@..", false), InlineData("a b", false)]
    public void Space_is_checked(string name, bool good) => (Names.CheckSpace(name) is null).ShouldBe(good);

    [Fact]
    public void Ring_key_of_a_branch_is_that_of_its_trunk() => new SpaceId("t", "s@b").RingKey.ShouldBe(new SpaceId("t", "s").RingKey);

    [Theory]
    [InlineData("1.0", 1, 0), InlineData("\"12.34\"", 12, 34)]
    public void ETag_in_canonical_form_is_read(string text, long commit, int entry)
    {
        ETag.TryParse(text, out var etag).ShouldBeTrue();
        etag.ShouldBe(new ETag(commit, entry));
    }

    [Theory]
    [InlineData(""), InlineData("1"), InlineData("1."), InlineData(".1"), InlineData("0.0"), InlineData("01.0"), InlineData("1.00"), InlineData("+1.0"), InlineData("-1.0"), InlineData("1.0.0"), InlineData("W/\"1.0\""), InlineData("99999999999999999999.0"), InlineData("\"")]
    public void ETag_in_any_other_form_is_refused(string text) => ETag.TryParse(text, out _).ShouldBeFalse();
}
