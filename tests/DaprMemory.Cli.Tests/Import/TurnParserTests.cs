using System.Text;
using DaprMemory.Cli.Import;

namespace DaprMemory.Cli.Tests.Import;

public sealed class TurnParserTests
{
    const string Line = """{"space": "trip", "session": "D1", "turn": "D1:2", "speaker": "Ann", "at": "2026-01-02T10:00:00Z", "text": "Hello"}""";

    [Fact]
    public void A_turn_becomes_a_record_of_its_own_space_with_the_bytes_of_the_line()
    {
        TurnParser.TryParse(7, Bytes(Line), null, out var turn, out _).ShouldBeTrue();

        (turn!.Line, turn.Space, turn.Key, turn.Speaker).ShouldBe((7, "trip", "turns/D1/D1:2", "Ann"));
        Encoding.UTF8.GetString(turn.Json.Span).ShouldBe(Line);
    }

    [Fact]
    public void A_given_space_is_that_of_all_lines()
    {
        TurnParser.TryParse(1, Bytes("""{"session":"D1","turn":"1","speaker":"Ann"}"""), "mine", out var turn, out _).ShouldBeTrue();

        turn!.Space.ShouldBe("mine");
    }

    [Theory]
    [InlineData("nope", "not JSON")]
    [InlineData("{\"space\":\"a\"", "not JSON")]
    [InlineData("{} {}", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"session":"s","turn":"t","speaker":"p"}""", "\"space\"")]
    [InlineData("""{"space":"a","turn":"t","speaker":"p"}""", "\"session\"")]
    [InlineData("""{"space":"a","session":"s","turn":1,"speaker":"p"}""", "\"turn\"")]
    [InlineData("""{"space":"a","session":"s","turn":"t"}""", "\"speaker\"")]
    [InlineData("""{"space":"a b","session":"s","turn":"t","speaker":"p"}""", "space 'a b'")]
    [InlineData("""{"space":"a","session":"s","turn":"t u","speaker":"p"}""", "key 'turns/s/t u'")]
    [InlineData("""{"space":"a","session":"..","turn":"t","speaker":"p"}""", "key")]
    [InlineData("""{"space":"a","session":"s","turn":"t","speaker":"Zoë"}""", "speaker 'Zoë'")]
    [InlineData("""{"space":"a","session":"s","turn":"\ud800","speaker":"p"}""", "not JSON")]
    public void A_line_that_is_no_turn_is_refused_with_the_reason(string line, string reason)
    {
        TurnParser.TryParse(1, Bytes(line), null, out _, out var error).ShouldBeFalse();

        error.ShouldNotBeNull().ShouldContain(reason);
    }

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
