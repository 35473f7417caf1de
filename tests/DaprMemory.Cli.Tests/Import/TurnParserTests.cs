using System.Text;
using DaprMemory.Cli.Import;

namespace DaprMemory.Cli.Tests.Import;

public sealed class TurnParserTests
{
    const string Line = """{"space": "trip", "session": "D1", "turn": "D1:2", "speaker": "Ann", "at": "2026-01-02T10:00:00Z", "text": "Hello"}""";

    [Fact]
    public void A_turn_is_said_by_its_speaker_in_its_session_and_keeps_its_name()
    {
        TurnParser.TryParse(7, Bytes(Line), null, out var turn, out _).ShouldBeTrue();

        (turn!.Line, turn.Space, turn.Session, turn.Name).ShouldBe((7, "trip", "D1", "D1:2"));
        (turn.Content.Role, turn.Content.Agent, turn.Content.Text).ShouldBe(("user", "Ann", "Hello"));
        turn.Content.At.ShouldBe(new DateTimeOffset(2026, 1, 2, 10, 0, 0, TimeSpan.Zero));
        Encoding.UTF8.GetString(turn.Content.Metadata!.Value.Span).ShouldBe("""{"turn":"D1:2"}""");
    }

    [Fact]
    public void A_role_and_a_given_space_win()
    {
        TurnParser.TryParse(1, Bytes(Line.Replace("\"text\"", "\"role\": \"assistant\", \"text\"")), "mine", out var turn, out _).ShouldBeTrue();

        (turn!.Space, turn.Content.Role).ShouldBe(("mine", "assistant"));
    }

    [Theory]
    [InlineData("nope", "not JSON")]
    [InlineData("{\"space\":\"a\"", "not JSON")]
    [InlineData("{} {}", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"session":"s","turn":"t","speaker":"p","at":"2026-01-02T10:00:00Z","text":"x"}""", "\"space\"")]
    [InlineData("""{"space":"a","turn":"t","speaker":"p","at":"2026-01-02T10:00:00Z","text":"x"}""", "\"session\"")]
    [InlineData("""{"space":"a","session":"s","turn":1,"speaker":"p","at":"2026-01-02T10:00:00Z","text":"x"}""", "\"turn\"")]
    [InlineData("""{"space":"a","session":"s","turn":"t","at":"2026-01-02T10:00:00Z","text":"x"}""", "\"speaker\"")]
    [InlineData("""{"space":"a","session":"s","turn":"t","speaker":"p","text":"x"}""", "\"at\"")]
    [InlineData("""{"space":"a","session":"s","turn":"t","speaker":"p","at":"2026-01-02T10:00:00Z"}""", "\"text\"")]
    [InlineData("""{"space":"a","session":"s","turn":"t","speaker":"p","at":"10:00","text":"x"}""", "at '10:00'")]
    [InlineData("""{"space":"a","session":"s","turn":"t","speaker":"p","at":"2026-01-02T10:00:00Z","text":"x","role":7}""", "role")]
    [InlineData("""{"space":"a b","session":"s","turn":"t","speaker":"p","at":"2026-01-02T10:00:00Z","text":"x"}""", "space 'a b'")]
    [InlineData("""{"space":"a","session":"s","turn":"","speaker":"p","at":"2026-01-02T10:00:00Z","text":"x"}""", "turn ''")]
    [InlineData("""{"space":"a","session":"..","turn":"t","speaker":"p","at":"2026-01-02T10:00:00Z","text":"x"}""", "session '..'")]
    [InlineData("""{"space":"a","session":"s/../../x","turn":"t","speaker":"p","at":"2026-01-02T10:00:00Z","text":"x"}""", "session")]
    [InlineData("""{"space":"a","session":"s","turn":"t","speaker":"Zoë","at":"2026-01-02T10:00:00Z","text":"x"}""", "speaker 'Zoë'")]
    [InlineData("""{"space":"a","session":"s","turn":"\ud800","speaker":"p","at":"2026-01-02T10:00:00Z","text":"x"}""", "not JSON")]
    public void A_line_that_is_no_turn_is_refused_with_the_reason(string line, string reason)
    {
        TurnParser.TryParse(1, Bytes(line), null, out _, out var error).ShouldBeFalse();

        error.ShouldNotBeNull().ShouldContain(reason);
    }

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
