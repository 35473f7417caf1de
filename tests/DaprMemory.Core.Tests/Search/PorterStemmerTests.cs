using DaprMemory.Core.Search;

namespace DaprMemory.Core.Tests.Search;

/// <summary>Stems of English words, by the rules of the algorithm.</summary>
public sealed class PorterStemmerTests
{
    [Theory]
    [InlineData("run runs running", "run")]
    [InlineData("connect connected connecting connection connections", "connect")]
    [InlineData("hope hopes hoped hoping", "hope")]
    [InlineData("hop hops hopped hopping", "hop")]
    [InlineData("paint painted painting paintings", "paint")]
    [InlineData("agree agreed agrees", "agre")]
    [InlineData("hobby hobbies", "hobbi")]
    [InlineData("class classes", "class")]
    [InlineData("relational relate related", "relat")]
    [InlineData("probable probably", "probabl")]
    [InlineData("hopeful hopefulness", "hope")]
    [InlineData("electric electrical", "electr")]
    [InlineData("fall falls falling", "fall")]
    [InlineData("feed feeds feeding", "feed")]
    public void Forms_of_a_word_have_one_stem(string words, string stem) =>
        words.Split(' ').Select(word => PorterStemmer.Stem(word)).Distinct().ShouldBe([stem]);

    [Theory]
    [InlineData("sky", "sky"), InlineData("is", "is"), InlineData("bed", "bed"), InlineData("sing", "sing"), InlineData("controll", "control"), InlineData("rate", "rate")]
    [InlineData("happy", "happi"), InlineData("adoption", "adopt"), InlineData("universities", "univers"), InlineData("organization", "organ"), InlineData("tanned", "tan"), InlineData("filing", "file")]
    public void Word_has_its_stem(string word, string stem) => PorterStemmer.Stem(word).ShouldBe(stem);

    [Theory]
    [InlineData("2023"), InlineData("v1.2.3"), InlineData("елки"), InlineData("東京"), InlineData(""), InlineData("s"), InlineData("ss")]
    public void Word_of_other_letters_is_left_as_it_is(string word) => PorterStemmer.Stem(word).ShouldBe(word);

    [Fact]
    public void Any_word_has_a_stem_no_longer_than_a_letter_more()
    {
        var random = new Random(3);
        for (var round = 0; round < 20_000; round++)
        {
            var word = new string([.. Enumerable.Range(0, random.Next(70)).Select(_ => "aeiouystlngdizex"[random.Next(16)])]);
            PorterStemmer.Stem(word).Length.ShouldBeInRange(Math.Min(1, word.Length), word.Length + 1);
        }
    }
}
