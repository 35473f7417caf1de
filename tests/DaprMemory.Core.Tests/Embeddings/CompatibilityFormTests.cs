using DaprMemory.Core.Embeddings;

namespace DaprMemory.Core.Tests.Embeddings;

public sealed class CompatibilityFormTests
{
    // Against ICU (Unicode 17) every code point by itself gave the same; these are the ways in which several depend on each other.
    [Theory]
    [InlineData("plain ASCII, all of it ~", "plain ASCII, all of it ~")]
    [InlineData("", "")]
    [InlineData("Wait\u2026 \uFB01ne\u00A0\u00BD \u2122 \uFF21", "Wait... fine 1\u20442 TM A")]
    [InlineData("cafe\u0301", "caf\u00E9")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("a\u0323\u0302", "\u1EAD")]
    [InlineData("a\u0302\u0323", "\u1EAD")]
    [InlineData("a\u0315\u0300\u05AE\u0062", "\u00E0\u05AE\u0315b")]
    [InlineData("\u0061\u05AE\u0300\u0300", "\u00E0\u05AE\u0300")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C")]
    [InlineData("\uAC00\u11A8\u11A8", "\uAC01\u11A8")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u0301\u0301", "\u0301\u0301")]
    [InlineData("\u1E9B\u0323", "\u1E69")]
    [InlineData("\U0001D49C\U0001F642", "A\U0001F642")]
    [InlineData("\uD83D \uDE42", "\uD83D \uDE42")]
    public void Text_is_normalized_as_Unicode_says(string text, string expected) => CompatibilityForm.Normalize(text).ShouldBe(expected);

    [Fact]
    public void Normalizing_again_changes_nothing()
    {
        var random = new Random(1);
        (int From, int To)[] blocks = [(0x20, 0x17F), (0x300, 0x345), (0x300, 0x345), (0x900, 0x1FFF), (0xAC00, 0xD7FF), (0xF900, 0xFFEF)];
        for (var round = 0; round < 5000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => blocks[random.Next(blocks.Length)]).Select(block => (char)random.Next(block.From, block.To)));
            var once = CompatibilityForm.Normalize(text);
            CompatibilityForm.Normalize(once).ShouldBe(once);
        }
    }
}
