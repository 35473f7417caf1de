using System.Text;
using DaprMemory.Client.Tests.Support;
using DaprMemory.Core.Sessions;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Client.Tests;

public sealed class MemorySessionTests
{
    [Fact]
    public async Task Append_sends_all_of_its_turns_under_one_key()
    {
        await using var service = await ScriptedService.StartAsync(
            Answers.Problem(503, "unavailable", ",\"outcome\":\"unknown\"", "0"), Answers.Json("""{"session":"s","first":5,"last":6,"version":3}"""));
        using var client = new MemoryClient(service.Address);

        var range = await client.Space("notes").Session("monday").AppendAsync(
            [
                new NewTurn("user") { Text = "Grüße", Agent = "ann", At = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero) },
                new NewTurn("tool") { Parts = "[ 1.0 ]"u8.ToArray(), Metadata = "{}"u8.ToArray() },
            ],
            new AppendOptions { Retention = TimeSpan.FromHours(1), Agent = "bot" });

        range.ShouldBe(new TurnRange(5, 6));
        service.Requests.Count.ShouldBe(2);
        service.Requests[1].Target.ShouldBe("/v1/default/notes/sessions/monday/turns?retention=3600");
        service.Requests[1].Header("Memory-Agent").ShouldBe("bot");
        service.Requests[1].Header("Idempotency-Key").ShouldBe(service.Requests[0].Header("Idempotency-Key"));
        Encoding.UTF8.GetString(service.Requests[1].Body).ShouldBe(
            """{"turns":[{"role":"user","text":"Grüße","agent":"ann","at":"2026-01-02T03:04:05+00:00"},{"role":"tool","parts":[ 1.0 ],"metadata":{}}]}""");
    }

    [Fact]
    public async Task Append_that_is_not_answered_is_let_go_and_counted_where_that_is_wanted()
    {
        await using var service = await ScriptedService.StartAsync(
            Answers.Problem(503, "unavailable", ",\"outcome\":\"none\"", "0"), Answers.Abort, Answers.Json("""{"session":"s","first":5,"last":5,"version":3}"""),
            Answers.Problem(422, "invalid-request"), Answers.Problem(503, "unavailable", retryAfter: "0"), Answers.Problem(503, "unavailable", retryAfter: "0"));
        using var client = new MemoryClient(service.Address, new MemoryClientOptions { SwallowsAppends = true, MaxAttempts = 1 });
        using var strict = new MemoryClient(service.Address, new MemoryClientOptions { MaxAttempts = 1 });
        var session = client.Space("notes").Session("s");

        (await session.AppendAsync("user", "1")).ShouldBe(0);
        (await session.AppendAsync([new NewTurn("user") { Text = "2" }])).ShouldBe(default);
        client.SwallowedAppends.ShouldBe(2);

        (await session.AppendAsync("user", "3")).ShouldBe(5);
        (await Should.ThrowAsync<MemoryException>(() => session.AppendAsync("", "4"))).Type.ShouldBe("urn:daprmemory:invalid-request", "what is wrong is told");
        await Should.ThrowAsync<MemoryException>(() => session.ReadAsync());
        await Should.ThrowAsync<MemoryException>(() => strict.Space("notes").Session("s").AppendAsync("user", "5"));
        client.SwallowedAppends.ShouldBe(2);
    }

    [Fact]
    public async Task Read_gives_turns_what_is_missing_and_the_summary()
    {
        await using var service = await ScriptedService.StartAsync(Answers.Json(
            """{"session":"s","summary":{"from":1,"upTo":4,"method":"extractive","text":"t"},"turns":[{"n":5,"role":"user","text":"a\u0062","agent":"ann","at":"2026-01-02T03:04:05+00:00","metadata":{ "x":1}},{"n":8,"role":"tool","parts":[1 ],"agent":"bot","at":"2026-01-02T03:04:06+00:00"}],"missing":[{"from":6,"to":7}],"newest":8,"next":5,"version":3}"""));
        using var client = new MemoryClient(service.Address);

        var page = (await client.Space("notes").Session("s").ReadAsync(new TurnsOptions { Last = 4, MaxTokens = 9, Compact = true, Consistency = ConsistencyLevel.Strong }))!;

        service.Requests.Single().Target.ShouldBe("/v1/default/notes/sessions/s/turns?last=4&maxTokens=9&compact=true");
        service.Requests.Single().Header("Memory-Consistency").ShouldBe("strong");
        page.Turns.Select(turn => (turn.Number, turn.Role, Encoding.UTF8.GetString(turn.Content.Span), turn.Agent)).ShouldBe(
            [(5, "user", "\"a\\u0062\"", "ann"), (8, "tool", "[1 ]", "bot")]);
        page.Turns[0].GetText().ShouldBe("ab");
        Encoding.UTF8.GetString(page.Turns[0].Metadata.Span).ShouldBe("{ \"x\":1}");
        page.Missing.ShouldBe([new TurnRange(6, 7)]);
        page.Summary.ShouldBe(new Summary(1, 4, "extractive", "t"));
        (page.Newest, page.Next).ShouldBe((8, 5));
    }

    [Fact]
    public async Task A_session_that_is_not_there_is_null_and_its_deletion_false()
    {
        await using var service = await ScriptedService.StartAsync(Answers.Problem(404, "not-found"), Answers.Problem(404, "not-found"), Answers.Written("2.0", 2, 204));
        using var client = new MemoryClient(service.Address);
        var session = client.Space("notes").Session("s");

        (await session.ReadAsync()).ShouldBeNull();
        (await session.DeleteAsync()).ShouldBeFalse();
        (await session.DeleteAsync(idempotencyKey: "k")).ShouldBeTrue();
        service.Requests[2].Header("Idempotency-Key").ShouldBe("k");
        service.Requests[2].Target.ShouldBe("/v1/default/notes/sessions/s");
    }

    [Fact]
    public async Task Sessions_follow_pages_to_the_end()
    {
        await using var service = await ScriptedService.StartAsync(
            Answers.Json("""{"items":[{"session":"a","etag":"1.0","expiresAt":"2030-01-01T00:00:00Z"}],"next":"a","version":2}"""),
            Answers.Json("""{"items":[{"session":"b","etag":"2.0"}],"version":2}"""));
        using var client = new MemoryClient(service.Address);

        (await client.Space("notes").SessionsAsync(pageSize: 1).ToListAsync()).Select(session => session.Id).ShouldBe(["a", "b"]);
        service.Requests[1].Target.ShouldBe("/v1/default/notes/sessions?after=a&limit=1");
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    public void Names_that_would_become_another_path_are_refused(string id)
    {
        using var client = new MemoryClient(new Uri("http://localhost:1"));
        Should.Throw<ArgumentException>(() => client.Space("notes").Session(id));
    }
}
