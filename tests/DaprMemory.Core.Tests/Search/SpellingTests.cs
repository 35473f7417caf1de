using DaprMemory.Core.Search;

namespace DaprMemory.Core.Tests.Search;

/// <summary>How far words are apart.</summary>
public sealed class SpellingTests
{
    [Theory]
    [InlineData("paint", "paint", 0), InlineData("paint", "pant", 1), InlineData("paint", "painnt", 1), InlineData("paint", "point", 1), InlineData("paint", "piant", 1)]
    [InlineData("painting", "piantng", 2), InlineData("paint", "dance", 3), InlineData("", "ab", 2), InlineData("ab", "", 2)]
    public void Distance_is_the_number_of_mistakes_up_to_the_limit(string left, string right, int mistakes) =>
        Spelling.Distance(left, right, limit: 2).ShouldBe(mistakes);

    [Fact]
    public void Shapes_never_rule_out_a_word_that_is_near()
    {
        var random = new Random(11);
        for (var round = 0; round < 5000; round++)
        {
            var word = Word(random, 4 + random.Next(10));
            var other = word.ToList();
            var mistakes = 1 + random.Next(2);
            for (var m = 0; m < mistakes; m++)
                Spoil(other, random);
            var written = new string([.. other]);
            Spelling.MayBeNear(Spelling.Shape(word), Spelling.Shape(written), mistakes).ShouldBeTrue($"{word} {written}");
            Spelling.Distance(word, written, mistakes).ShouldBeLessThanOrEqualTo(mistakes);
        }
    }

    static void Spoil(List<char> word, Random random)
    {
        var at = random.Next(word.Count);
        switch (random.Next(3))
        {
            case 0: word.RemoveAt(at); break;
            case 1: word.Insert(at, (char)('a' + random.Next(26))); break;
            default: word[at] = (char)('a' + random.Next(26)); break;
        }
    }

    static string Word(Random random, int length) => new([.. Enumerable.Range(0, length).Select(_ => (char)('a' + random.Next(26)))]);
}
