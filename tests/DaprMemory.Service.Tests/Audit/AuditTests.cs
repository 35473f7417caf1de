using System.Text.Json;
using DaprMemory.Conformance;

namespace DaprMemory.Service.Tests.Audit;

public sealed class AuditTests : IAsyncLifetime
{
    readonly InMemoryCommitStore _store = new();
    TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync(_store);

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Every_kind_of_write_is_told_with_its_agent_and_keys_and_never_a_value()
    {
        await _service.SendAsync("PUT", "state/plan", "\"hidden\"", "Memory-Agent: planner", "Idempotency-Key: r1");
        await _service.SendAsync("POST", "transactions", """{"changes":[{"op":"put","key":"a","value":"hidden"},{"op":"delete","key":"plan"}]}""", "Memory-Agent: coder");
        await _service.SendAsync("POST", "memories", """{"id":"m1","text":"hidden"}""", "Memory-Agent: coder");
        await _service.SendAsync("POST", "/v1/acme/b/sessions/monday/turns", """{"role":"user","text":"hidden"}""", "Memory-Agent: speaker");
        await _service.SendAsync("PUT", "state/a", "1", "If-Match: \"9.9\"", "Memory-Attempt: 2", "Memory-Agent: loser");
        await _service.SendAsync("PUT", "/v1/acme-2/x/state/k", "1");

        var answer = await _service.SendAsync("GET", "/v1/acme/audit");
        answer.Status.ShouldBe(200, answer.Text);
        answer.Text.ShouldNotContain("hidden");
        answer.Headers["Memory-Consistency"].ShouldBe("strong");
        var items = answer.Json.GetProperty("items").EnumerateArray().ToArray();
        items.Select(Describe).ShouldBe(
        [
            "agent-1 1.0 planner state:plan",
            "agent-1 2.0 coder state:a -state:plan",
            "agent-1 3.0 coder memory:m1",
            "agent-1 4.0 loser  refused precondition-failed",
            "b 1.0 speaker session:monday",
        ]);
        items[0].GetProperty("requestId").GetString().ShouldBe("r1");
        items[0].GetProperty("at").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Pages_and_filters_go_together()
    {
        for (var i = 0; i < 10; i++)
            await _service.SendAsync("PUT", $"/v1/acme/s{i % 2}/state/k{i}", "1", $"Memory-Agent: a{i % 3}");

        var found = new List<string>();
        for (var after = ""; ;)
        {
            var page = (await _service.SendAsync("GET", $"/v1/acme/audit?limit=1&agent=a0{after}")).Json;
            found.AddRange(page.GetProperty("items").EnumerateArray().Select(Describe));
            if (!page.TryGetProperty("next", out var next))
                break;
            after = "&after=" + Uri.EscapeDataString(next.GetString()!);
        }
        found.ShouldBe(["s0 1.0 a0 state:k0", "s0 4.0 a0 state:k6", "s1 2.0 a0 state:k3", "s1 5.0 a0 state:k9"]);
        (await _service.SendAsync("GET", "/v1/acme/audit?space=s1&key=k3")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await _service.SendAsync("GET", "/v1/acme/audit?from=2100-01-01")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await _service.SendAsync("GET", "/v1/acme/audit?to=2100-01-01")).Json.GetProperty("items").GetArrayLength().ShouldBe(10);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("kind=all")]
    [InlineData("after=x")]
    [InlineData("after=@reads/1.0")]
    [InlineData("after=@spaces/1.0")]
    [InlineData("after=notes/1.0&kind=reads")]
    [InlineData("space=@spaces")]
    [InlineData("space=@reads")]
    [InlineData("space=../x")]
    [InlineData("agent=%0a")]
    [InlineData("from=yesterday")]
    [InlineData("key=")]
    [InlineData("agent=a&agent=b")]
    public async Task What_breaks_a_rule_is_refused(string query) => (await _service.SendAsync("GET", $"/v1/acme/audit?{query}")).ShouldBeProblem(422, "invalid-query");

    [Fact]
    public async Task Store_that_gives_no_answer_is_unavailable()
    {
        await _service.SendAsync("PUT", "state/k", "1");
        _store.IsUnavailable = key => key.Contains(":c:", StringComparison.Ordinal);
        (await _service.SendAsync("GET", "/v1/acme/audit")).ShouldBeProblem(503, "unavailable");
    }

    [Fact]
    public async Task Space_of_that_name_stays_reachable()
    {
        (await _service.SendAsync("PUT", "/v1/acme/audit/state/k", "1")).Status.ShouldBe(201);
        (await _service.SendAsync("GET", "/v1/acme/audit/state/k")).Text.ShouldBe("1");
        (await _service.SendAsync("GET", "/v1/acme/audit/commits")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    static string Describe(JsonElement item) =>
        $"{item.GetProperty("space").GetString()} {item.GetProperty("etag").GetString()} {item.GetProperty("by").GetString()} "
        + string.Join(' ', item.GetProperty("changes").EnumerateArray().Select(change =>
            $"{(change.TryGetProperty("deleted", out _) ? "-" : "")}{change.GetProperty("kind").GetString()}:{change.GetProperty("key").GetString()}"))
        + (item.TryGetProperty("refused", out var refused) ? $" refused {refused.GetString()}" : "");
}
