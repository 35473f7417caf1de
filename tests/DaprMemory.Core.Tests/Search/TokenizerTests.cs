using DaprMemory.Core.Search;

namespace DaprMemory.Core.Tests.Search;

/// <summary>What counts as a word, in any script.</summary>
public sealed class TokenizerTests
{
    [Theory]
    [InlineData("Hello, World!", "hello world")]
    [InlineData("Ann's dog doesn't bark", "ann dog doesnt bark")]
    [InlineData("Ann’s café — naïve Straße", "ann cafe naive strasse")]
    [InlineData("cafe\u0301 Å Ångström", "cafe a angstrom")]
    [InlineData("Smørrebrød in Łódź", "smorrebrod in lodz")]
    [InlineData("May 14th, 1,250 items at 3.5", "may 14 1250 items at 3.5")]
    [InlineData("2023-05-08 v1.2.3 user_id", "2023 05 08 v1.2.3 user id")]
    [InlineData("ＡＢＣ １２ ﬁle x² Ⅷ ½", "abc 12 file x2 viii 1 2")]
    [InlineData("٣٤ ४", "34 4")]
    [InlineData("Ελλάδος ΟΔΟΣ", "ελλαδοσ οδοσ")]
    [InlineData("Йод ёлка", "иод елка")]
    [InlineData("東京都", "東 京 東京 都 京都")]
    [InlineData("ｶﾞｽ", "ガ ス ガス")]
    [InlineData("GPU東a", "gpu 東 a")]
    [InlineData("  \t\n ", "")]
    [InlineData("'' ... ?!", "")]
    [InlineData("नमस्ते दुनिया", "नमस्ते दुनिया")]
    public void Text_is_cut_into_folded_words(string text, string words) =>
        string.Join(' ', Tokenizer.Read(text).Tokens.Select(t => t.Word)).ShouldBe(words);

    [Fact]
    public void Capitals_say_something_only_inside_a_sentence()
    {
        var tokens = Tokenizer.Read("Paris is nice. Ann said: Rome too").Tokens;

        tokens.Where(t => t is { IsCapitalised: true, OpensSentence: false }).Select(t => t.Word).ShouldBe(["rome"]);
    }

    [Theory]
    [InlineData("How are you? I am fine.", 2, 1), InlineData("Really?!", 1, 1), InlineData("no end", 1, 0), InlineData("", 0, 0), InlineData("元気ですか？はい。", 2, 1)]
    public void Sentences_and_questions_are_counted(string text, int sentences, int questions)
    {
        var read = Tokenizer.Read(text);

        (read.Sentences, read.Questions).ShouldBe((sentences, questions));
    }

    [Theory]
    [InlineData("Ann's dog"), InlineData("a ﬁle of 1,250"), InlineData("東京 Å")]
    public void Place_of_a_word_is_where_it_stands_in_the_text(string text)
    {
        var read = Tokenizer.Read(text);
        foreach (var token in read.Tokens)
            Tokenizer.Read(read.Text.Substring(token.Start, token.End - token.Start)).Tokens.ShouldContain(t => t.Word == token.Word);
    }

    [Fact]
    public void Any_text_is_read_without_failing_and_to_the_same_words_twice()
    {
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            // Lone surrogates and control characters included.
            var text = new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => (char)random.Next(char.MaxValue + 1))]);
            var words = Tokenizer.Read(text).Tokens.Select(t => t.Word).ToArray();
            words.ShouldAllBe(w => w.Length > 0);
            Tokenizer.Read(text).Tokens.Select(t => t.Word).ShouldBe(words);
        }
    }
}
