using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DaprMemory.Conformance;
using DaprMemory.Service.Dapr;

namespace DaprMemory.Service.Tests.Dapr;

public sealed class CommitPayloadConverterTests
{
    [Fact]
    public void Payload_survives_as_one_json_string()
    {
        foreach (var (name, text) in ConformancePayloads.All)
        {
            var json = Write(text);
            string.Equals(JsonSerializer.Deserialize<string>(json), text, StringComparison.Ordinal).ShouldBeTrue($"{name}: any JSON reader reads it");
            Read(json).ShouldBe(Encoding.UTF8.GetBytes(text), name);
        }
    }

    [Fact]
    public void Payload_survives_whatever_escapes_the_store_chose()
    {
        var escaping = new JsonSerializerOptions { Encoder = JavaScriptEncoder.Default };
        foreach (var (name, text) in ConformancePayloads.All)
            Read(JsonSerializer.SerializeToUtf8Bytes(text, escaping)).ShouldBe(Encoding.UTF8.GetBytes(text), name);
    }

    [Theory]
    [InlineData("\"", 2)]
    [InlineData("\\", 2)]
    [InlineData("<", 1)]
    [InlineData("\u007F", 1)]
    [InlineData("é", 2)]
    [InlineData("\u2028", 3)]
    [InlineData("🙂", 4)]
    [InlineData("\n", 6)]
    [InlineData("\u001f", 6)]
    public void Character_costs_what_it_must(string character, int bytes) => Write(character).Length.ShouldBe(2 + bytes);

    [Fact]
    public void Every_control_character_survives()
    {
        var text = string.Concat(Enumerable.Range(0, 0x21).Select(c => $"x{(char)c}"));
        JsonSerializer.Deserialize<string>(Write(text)).ShouldBe(text);
    }

    [Theory]
    [InlineData("""{"n": 1}""")]
    [InlineData("[1,\"x\"]")]
    [InlineData("17")]
    [InlineData("null")]
    public void Value_of_someone_else_is_handed_on_and_not_taken_for_an_absence(string json) =>
        Read(Encoding.UTF8.GetBytes(json)).ShouldBe(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void Payload_that_is_not_utf8_is_refused() =>
        Should.Throw<ArgumentException>(() => JsonSerializer.SerializeToUtf8Bytes(new CommitPayload(new byte[] { (byte)'a', 0xC3 })));

    static byte[] Write(string text) => JsonSerializer.SerializeToUtf8Bytes(new CommitPayload(Encoding.UTF8.GetBytes(text)));

    static byte[] Read(byte[] json) => JsonSerializer.Deserialize<CommitPayload>(json).Text.ShouldNotBeNull().ToArray();
}
