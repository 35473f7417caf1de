using System.Text;
using System.Text.Json.Nodes;
using DaprMemory.Core.Spaces;
using DaprMemory.Service.Events;

namespace DaprMemory.Service.Tests.Events;

public sealed class CommitEventTests
{
    static readonly SpaceId Space = new("acme", "agent-1@draft");
    static readonly DateTimeOffset Time = new(2026, 11, 21, 6, 7, 8, 901, TimeSpan.Zero);

    [Fact]
    public void An_event_looks_as_documented() => Write("""{"n":7,"at":"x"}""").ShouldBe(
        """
        {"specversion":"1.0","id":"acme/agent-1@draft/7","type":"memory.committed.v1","source":"memory-0","subject":"acme/agent-1@draft","time":"2026-11-21T06:07:08.901Z","datacontenttype":"application/json","data":{"tenant":"acme","space":"agent-1@draft","n":7,"commit":"{\"n\":7,\"at\":\"x\"}"}}
        """);

    [Theory]
    [InlineData("""{"v":1,"n":7}""")]
    [InlineData("""{"value": 1.0,  "value":9007199254740993, "z":1, "a":1e2, "b":-0}""")]
    [InlineData("""{"value":"<&>' \" \\ \/ \u00e9 é 🧠 \ud83e\udde0 \ud800 \u0000"}""")]
    [InlineData("{\"value\":\r\n\t[ ]\u007f \u2028}")]
    public void A_commit_comes_through_dapr_byte_for_byte(string text)
    {
        CommitEvent.TryRead(Encoding.UTF8.GetBytes(Delivered(Write(text))), out var read).ShouldBeTrue();
        Encoding.UTF8.GetString(read.Text!.Value.Span).ShouldBe(text);
        (read with { Text = null }).ShouldBe(new CommitEvent("acme/agent-1@draft/7", Space, 7, null, Time));
    }

    [Theory]
    [InlineData(CommitEvent.MaxTextBytes, true)]
    [InlineData(CommitEvent.MaxTextBytes + 1, false)]
    public void A_large_commit_does_not_travel(int length, bool travels)
    {
        var text = $"\"{new string('"', 1000).Replace("\"", "\\\"", StringComparison.Ordinal)}{new string('x', length - 2002)}\"";
        var written = Write(text);
        CommitEvent.TryRead(Encoding.UTF8.GetBytes(Delivered(written)), out var read).ShouldBeTrue();
        (read.Space, read.Number).ShouldBe((Space, 7));
        (read.Text is { } kept ? Encoding.UTF8.GetString(kept.Span) : null).ShouldBe(travels ? text : null);
        if (!travels)
            written.ShouldEndWith("""
                "data":{"tenant":"acme","space":"agent-1@draft","n":7}}
                """);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":"memory.committed.v1","id":"i","data":{"tenant":"acme","space":"s","n":1}""")]
    [InlineData("""{"type":"memory.committed.v1","id":"i","data":{"tenant":"acme","space":"s","n":1}}x""")]
    [InlineData("""{"type":"memory.committed.v2","id":"i","data":{"tenant":"acme","space":"s","n":1}}""")]
    [InlineData("""{"id":"i","data":{"tenant":"acme","space":"s","n":1}}""")]
    [InlineData("""{"type":7,"id":"i","data":{"tenant":"acme","space":"s","n":1}}""")]
    [InlineData("""{"type":"memory.committed.v1","id":"i"}""")]
    [InlineData("""{"type":"memory.committed.v1","id":"i","data":"{}"}""")]
    [InlineData("""{"type":"memory.committed.v1","id":"i","data":{"space":"s","n":1}}""")]
    [InlineData("""{"type":"memory.committed.v1","id":"i","data":{"tenant":"acme","n":1}}""")]
    [InlineData("""{"type":"memory.committed.v1","id":"i","data":{"tenant":"acme","space":"s"}}""")]
    [InlineData("""{"type":"memory.committed.v1","id":"i","data":{"tenant":"ACME","space":"s","n":1}}""")]
    [InlineData("""{"type":"memory.committed.v1","id":"i","data":{"tenant":"acme","space":"..","n":1}}""")]
    [InlineData("""{"type":"memory.committed.v1","id":"i","data":{"tenant":"acme","space":"s:c","n":1}}""")]
    [InlineData("""{"type":"memory.committed.v1","id":"i","data":{"tenant":"acme","space":"s","n":0}}""")]
    [InlineData("""{"type":"memory.committed.v1","id":"i","data":{"tenant":"acme","space":"s","n":"1"}}""")]
    [InlineData("""{"type":"memory.committed.v1","id":"i","data":{"tenant":"acme","space":"s","n":1.5}}""")]
    [InlineData("""{"type":"memory.committed.v1","id":"i","data":{"tenant":"acme","space":"s","n":99999999999999999999}}""")]
    [InlineData("""{"type":"memory.committed.v1","id":"i","data":{"tenant":"acme","space":"s","n":1,"commit":{"n":1}}}""")]
    [InlineData("""{"type":"memory.committed.v1","id":"i","data":{"tenant":"acme","space":"s","n":1,"commit":"\ud800"}}""")]
    public void Anything_else_is_malformed(string json) => CommitEvent.TryRead(Encoding.UTF8.GetBytes(json), out _).ShouldBeFalse();

    [Theory]
    [InlineData("""{"id":"acme/s/1","data":{}}""", "acme/s/1")]
    [InlineData("""{"id":"a\nb"}""", "")]
    [InlineData("""{"id":"a b"}""", "")]
    [InlineData("""{"type":"x"}""", "")]
    public void An_id_is_read_from_a_malformed_event_if_it_is_fit_for_a_log(string json, string id)
    {
        CommitEvent.TryRead(Encoding.UTF8.GetBytes(json), out var read).ShouldBeFalse();
        read.Id.ShouldBe(id);
    }

    [Fact]
    public void A_time_that_is_none_does_not_spoil_an_event()
    {
        CommitEvent.TryRead(
            """{"type":"memory.committed.v1","time":"yesterday","data":{"tenant":"acme","space":"s","n":1}}"""u8, out var read).ShouldBeTrue();
        read.Time.ShouldBe(default);
    }

    /// <summary>The event as Dapr delivers it: decoded and encoded again, its members sorted, with some of Dapr's own.</summary>
    internal static string Delivered(string json)
    {
        var members = JsonNode.Parse(json)!.AsObject();
        members["topic"] = "memory-events";
        members["pubsubname"] = "events";
        members["traceid"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        members["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        members["tracestate"] = "";
        var data = members["data"]!.AsObject();
        members["data"] = Sorted(data);
        return Sorted(members).ToJsonString();

        static JsonObject Sorted(JsonObject o) => new(o.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())));
    }

    static string Write(string text) =>
        Encoding.UTF8.GetString(CommitEvent.Write(Space, 7, Encoding.UTF8.GetBytes(text), "memory-0", Time).Span);
}
