using System.Text.Json;
using DaprMemory.Service.Tests.Support;

namespace DaprMemory.Service.Tests.Sessions;

public sealed class SessionTests : IAsyncLifetime
{
    TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task A_turn_is_read_back_byte_for_byte()
    {
        var append = await _service.SendAsync(
            "POST", "sessions/s1/turns",
            """{"at":"2026-11-20T08:00:00.5+01:00","role":"user","text":"Gr\u00fc\u00dfe \"x\"","metadata":{ "n" : 1.0 }}""", "Memory-Agent: scout");
        append.Status.ShouldBe(201, append.Text);
        append.Text.ShouldBe("""{"session":"s1","first":1,"last":1,"version":1}""");
        append.Headers["Memory-Version"].ShouldBe("1");

        var read = await _service.SendAsync("GET", "sessions/s1/turns");
        read.Status.ShouldBe(200, read.Text);
        read.Text.ShouldBe("""
            {"session":"s1","turns":[{"n":1,"role":"user","text":"Gr\u00fc\u00dfe \"x\"","agent":"scout","at":"2026-11-20T07:00:00.5+00:00","metadata":{ "n" : 1.0 }}],"newest":1,"version":1}
            """);
        read.Headers["Memory-Source"].ShouldBe("cache");
    }

    [Fact]
    public async Task Turns_of_one_append_follow_each_other_and_may_have_parts_and_speakers()
    {
        var append = await _service.SendAsync(
            "POST", "sessions/s1/turns",
            """{"turns":[{"role":"user","parts":[{"type":"image","url":"u"}, 1.50],"agent":"ann"},{"role":"assistant","text":""}]}""", "Memory-Agent: bot");
        append.Json.GetProperty("last").GetInt64().ShouldBe(2, append.Text);
        var turns = (await _service.SendAsync("GET", "sessions/s1/turns")).Json.GetProperty("turns");
        turns[0].GetProperty("parts").GetRawText().ShouldBe("""[{"type":"image","url":"u"}, 1.50]""");
        turns[0].TryGetProperty("text", out _).ShouldBeFalse();
        turns[0].GetProperty("agent").GetString().ShouldBe("ann");
        turns[1].GetProperty("agent").GetString().ShouldBe("bot");
        turns[1].GetProperty("at").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(-5));
    }

    [Fact]
    public async Task Only_the_newest_turns_are_read_and_the_rest_page_by_page()
    {
        for (var i = 1; i <= 25; i++)
            await AppendAsync("s1", $"turn {i}");
        var last = await _service.SendAsync("GET", "sessions/s1/turns?last=10");
        Numbers(last).ShouldBe(Enumerable.Range(16, 10));
        (last.Json.GetProperty("newest").GetInt64(), last.Json.GetProperty("next").GetInt64()).ShouldBe((25, 16));
        var page = await _service.SendAsync("GET", "sessions/s1/turns?before=16&limit=10");
        Numbers(page).ShouldBe(Enumerable.Range(6, 10));
        var rest = await _service.SendAsync("GET", "sessions/s1/turns?before=6");
        Numbers(rest).ShouldBe(Enumerable.Range(1, 5));
        rest.Json.TryGetProperty("next", out _).ShouldBeFalse();
        Numbers(await _service.SendAsync("GET", "sessions/s1/turns?before=1")).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_newest_turns_that_fit_the_tokens_are_read()
    {
        await AppendAsync("s1", new string('a', 40));
        await AppendAsync("s1", new string('b', 41));
        await AppendAsync("s1", new string('c', 20));
        Numbers(await _service.SendAsync("GET", "sessions/s1/turns?maxTokens=16")).ShouldBe([2, 3]);
        Numbers(await _service.SendAsync("GET", "sessions/s1/turns?maxTokens=15")).ShouldBe([3]);
        var none = await _service.SendAsync("GET", "sessions/s1/turns?maxTokens=4");
        Numbers(none).ShouldBeEmpty();
        none.Json.GetProperty("next").GetInt64().ShouldBe(4);
        Numbers(await _service.SendAsync("GET", "sessions/s1/turns?maxTokens=1000&last=2")).ShouldBe([2, 3]);
    }

    [Fact]
    public async Task Sessions_are_listed_in_the_order_of_their_names()
    {
        foreach (var name in new[] { "b", "a", "c" })
            await AppendAsync(name, "x");
        await _service.SendAsync("PUT", "state/not-a-session", "1");
        var page = await _service.SendAsync("GET", "sessions?limit=2");
        page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("session").GetString()).ShouldBe(["a", "b"]);
        page.Json.GetProperty("items")[0].GetProperty("expiresAt").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddDays(29));
        page.Json.GetProperty("next").GetString().ShouldBe("b");
        var rest = await _service.SendAsync("GET", "sessions?after=b");
        rest.Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await _service.SendAsync("GET", "state")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_deleted_session_is_gone_and_its_name_begins_anew()
    {
        await AppendAsync("s1", "one");
        await AppendAsync("s1", "two");
        var delete = await _service.SendAsync("DELETE", "sessions/s1", null, "Idempotency-Key: d1");
        delete.Status.ShouldBe(204, delete.Text);
        delete.ETag.ShouldBe("\"2.0\"");
        (await _service.SendAsync("GET", "sessions/s1/turns")).ShouldBeProblem(404, "not-found");
        (await _service.SendAsync("DELETE", "sessions/s1")).ShouldBeProblem(404, "not-found");
        (await _service.SendAsync("GET", "sessions")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);

        (await AppendAsync("s1", "three")).Json.GetProperty("first").GetInt64().ShouldBe(1);
        // A repeat of the delete has its first answer, and does not end the new session.
        var repeat = await _service.SendAsync("DELETE", "sessions/s1", null, "Idempotency-Key: d1");
        (repeat.Status, repeat.ETag).ShouldBe((204, "\"2.0\""));
        var turns = (await _service.SendAsync("GET", "sessions/s1/turns")).Json.GetProperty("turns");
        turns.EnumerateArray().Select(turn => turn.GetProperty("text").GetString()).ShouldBe(["three"]);
    }

    [Fact]
    public async Task A_repeated_append_has_its_first_answer_and_another_under_its_key_is_refused()
    {
        const string Turn = """{"role":"user","text":"once"}""";
        var first = await _service.SendAsync("POST", "sessions/s1/turns", Turn, "Idempotency-Key: k");
        await AppendAsync("s1", "between");
        var again = await _service.SendAsync("POST", "sessions/s1/turns", Turn, "Idempotency-Key: k");
        again.Text.ShouldBe(first.Text);
        (await _service.SendAsync("POST", "sessions/s1/turns", """{"role":"user","text":"other"}""", "Idempotency-Key: k"))
            .ShouldBeProblem(422, "idempotency-mismatch");
        // Keys of different agents never meet.
        (await _service.SendAsync("POST", "sessions/s1/turns", Turn, "Idempotency-Key: k", "Memory-Agent: b")).Json.GetProperty("first").GetInt64().ShouldBe(3);
    }

    [Fact]
    public async Task Retention_is_that_with_which_the_session_began()
    {
        const string Turn = """{"role":"user","text":"x"}""";
        (await _service.SendAsync("POST", "sessions/s1/turns?retention=3600", Turn)).Status.ShouldBe(201);
        var expires = (await _service.SendAsync("GET", "sessions")).Json.GetProperty("items")[0].GetProperty("expiresAt").GetDateTimeOffset();
        (expires - DateTimeOffset.UtcNow).ShouldBeInRange(TimeSpan.FromMinutes(55), TimeSpan.FromMinutes(65));
        (await _service.SendAsync("POST", "sessions/s1/turns?retention=3600", Turn)).Status.ShouldBe(201);
        (await _service.SendAsync("POST", "sessions/s1/turns", Turn)).Status.ShouldBe(201);
        (await _service.SendAsync("POST", "sessions/s1/turns?retention=7200", Turn)).ShouldBeProblem(422, "invalid-query")
            .GetProperty("rule").GetString()!.ShouldContain("3600");
    }

    [Theory]
    [InlineData("""{}""", "role")]
    [InlineData("""[]""", "append")]
    [InlineData("""{"role":"user"}""", "text or parts")]
    [InlineData("""{"role":"","text":"x"}""", "role")]
    [InlineData("""{"role":"user","role":"user","text":"x"}""", "role")]
    [InlineData("""{"role":"user","text":"x","parts":[1]}""", "parts")]
    [InlineData("""{"role":"user","parts":[ ]}""", "parts")]
    [InlineData("""{"role":"user","parts":"x"}""", "parts")]
    [InlineData("""{"role":"user","text":1}""", "text")]
    [InlineData("""{"role":"user","text":"\ud800"}""", "text")]
    [InlineData("""{"role":"user","text":"x","at":"2026-11-20"}""", "RFC 3339")]
    [InlineData("""{"role":"user","text":"x","at":"2026-11-20T08:00:00"}""", "RFC 3339")]
    [InlineData("""{"role":"user","text":"x","agent":""}""", "agent")]
    [InlineData("""{"role":"user","text":"x","metadata":[]}""", "metadata")]
    [InlineData("""{"role":"user","text":"x","more":1}""", "only")]
    [InlineData("""{"turns":[]}""", "turns")]
    [InlineData("""{"turns":[{"role":"user","text":"x"}],"more":1}""", "turns")]
    [InlineData("""{"turns":{"role":"user","text":"x"}}""", "turns")]
    public async Task Appends_that_break_a_rule_are_refused_and_begin_no_session(string body, string rule)
    {
        (await _service.SendAsync("POST", "sessions/s1/turns", body)).ShouldBeProblem(422, "invalid-request").GetProperty("rule").GetString()!.ShouldContain(rule);
        (await _service.SendAsync("GET", "sessions/s1/turns")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Appends_that_are_too_large_are_refused()
    {
        var turns = string.Join(',', Enumerable.Repeat("""{"role":"user","text":"x"}""", 257));
        (await _service.SendAsync("POST", "sessions/s1/turns", $$"""{"turns":[{{turns}}]}""")).ShouldBeProblem(422, "invalid-request");
        (await _service.SendAsync("POST", "sessions/s1/turns", $$"""{"role":"user","text":"{{new string('x', 1024 * 1024)}}"}""")).ShouldBeProblem(413, "value-too-large");
        (await _service.SendAsync("POST", "sessions/s1/turns", "{")).ShouldBeProblem(400, "invalid-json");
    }

    [Theory]
    [InlineData("GET", "sessions/a@b/turns", "invalid-request")]
    [InlineData("GET", "sessions/s/turns?last=0", "invalid-query")]
    [InlineData("GET", "sessions/s/turns?last=1001", "invalid-query")]
    [InlineData("GET", "sessions/s/turns?maxTokens=x", "invalid-query")]
    [InlineData("GET", "sessions/s/turns?last=1&before=2", "invalid-query")]
    [InlineData("GET", "sessions?after=a@b", "invalid-query")]
    [InlineData("DELETE", "sessions/a@b", "invalid-request")]
    public async Task Arguments_that_break_a_rule_are_refused(string method, string path, string type) =>
        (await _service.SendAsync(method, path)).ShouldBeProblem(422, type);

    [Fact]
    public async Task Large_turns_come_in_pages_that_a_sidecar_passes_on()
    {
        var text = new string('x', 900 * 1024);
        for (var i = 0; i < 6; i++)
            (await AppendAsync("s1", text)).Status.ShouldBe(201);
        var read = await _service.SendAsync("GET", "sessions/s1/turns");
        read.Body.Length.ShouldBeLessThan(4 * 1024 * 1024);
        Numbers(read).ShouldBe([3, 4, 5, 6]);
        Numbers(await _service.SendAsync("GET", "sessions/s1/turns?before=3")).ShouldBe([1, 2]);
    }

    Task<Answer> AppendAsync(string session, string text) =>
        _service.SendAsync("POST", $"sessions/{session}/turns", JsonSerializer.Serialize(new { role = "user", text }));

    static IEnumerable<int> Numbers(Answer answer) => answer.Json.GetProperty("turns").EnumerateArray().Select(turn => turn.GetProperty("n").GetInt32());
}
