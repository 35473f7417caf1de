using DaprMemory.Core.Memories;

namespace DaprMemory.Core.Tests.Memories;

public sealed class MemoryIdTests
{
    [Theory]
    [InlineData("Ann likes tea", " ann  LIKES\r\n\ttea ")]
    [InlineData("ΣΊΣΥΦΟΣ", "σίσυφος")]
    [InlineData("Ａ\u3000b", "a B")]
    [InlineData("ÉTÉ", "été")]
    [InlineData("e\u0301te\u0301", "été")]
    [InlineData("ﬁne ①", "fine 1")]
    public void Texts_that_differ_only_in_case_form_or_white_space_have_one_id(string text, string other) =>
        MemoryId.Of(text, null).ShouldBe(MemoryId.Of(other, null));

    [Theory]
    [InlineData("ab", "a b")]
    [InlineData("resume", "résumé")]
    [InlineData("1", "2")]
    public void Other_texts_have_other_ids(string text, string other) => MemoryId.Of(text, null).ShouldNotBe(MemoryId.Of(other, null));

    [Fact]
    public void The_id_of_a_text_never_changes()
    {
        // It stands in logs: another derivation would let known texts be added again.
        MemoryId.Of("Ann likes tea", null).ShouldBe("8ee58268bd3cea69d31e164d4c592d05");
        MemoryId.Of("Ann likes tea", new MemorySource("s", 3)).ShouldBe("3b52abfd43d9efb9440036a5c24b475d");
    }

    [Fact]
    public void No_text_has_the_id_of_another_in_a_conversation()
    {
        MemoryId.Of("s\n3\ntea", null).ShouldNotBe(MemoryId.Of("tea", new MemorySource("s", 3)));
        MemoryId.Of("tea", new MemorySource("s", 3)).ShouldNotBe(MemoryId.Of("tea", new MemorySource("s")));
        MemoryId.Of("3 tea", new MemorySource("s")).ShouldNotBe(MemoryId.Of("tea", new MemorySource("s", 3)));
    }
}
