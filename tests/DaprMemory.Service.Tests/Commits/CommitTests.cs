using DaprMemory.Conformance;
using DaprMemory.Core.Log;

namespace DaprMemory.Service.Tests.Commits;

public sealed class CommitTests : IAsyncLifetime
{
    readonly InMemoryCommitStore _store = new();
    TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync(_store);

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task A_commit_tells_who_changed_what()
    {
        await _service.SendAsync("PUT", "state/k", """{"n":9007199254740993}""", "Memory-Agent: planner 7", "Idempotency-Key: r-1");
        var commit = await _service.SendAsync("GET", "commits/1");
        commit.Status.ShouldBe(200);
        commit.Headers["Content-Type"].ShouldBe("application/json");
        var entry = commit.Json.GetProperty("entries")[0];
        entry.GetProperty("by").GetString().ShouldBe("planner 7");
        entry.GetProperty("changes")[0].GetProperty("key").GetString().ShouldBe("k");
        (await _service.SendAsync("GET", "commits")).Json.GetProperty("items")[0].GetRawText().ShouldBe(commit.Text);
    }

    [Fact]
    public async Task Who_does_not_say_is_anonymous()
    {
        await _service.SendAsync("PUT", "state/k", "1");
        (await _service.SendAsync("GET", "commits/1")).Json.GetProperty("entries")[0].GetProperty("by").GetString().ShouldBe("anonymous");
    }

    [Fact]
    public async Task Pages_hold_every_commit_once()
    {
        for (var i = 0; i < 7; i++)
            await _service.SendAsync("PUT", "state/k", $"{i}");
        var numbers = new List<long>();
        long? after = 0;
        while (after is not null)
        {
            var page = (await _service.SendAsync("GET", $"commits?limit=3&after={after}")).Json;
            page.GetProperty("version").GetInt64().ShouldBe(7);
            numbers.AddRange(page.GetProperty("items").EnumerateArray().Select(commit => commit.GetProperty("n").GetInt64()));
            after = page.TryGetProperty("next", out var next) ? next.GetInt64() : null;
        }
        numbers.ShouldBe([1, 2, 3, 4, 5, 6, 7]);
    }

    [Fact]
    public async Task Behind_the_end_there_is_nothing_yet()
    {
        await _service.SendAsync("PUT", "state/k", "1");
        (await _service.SendAsync("GET", "commits?after=1")).Text.ShouldBe("""{"items":[],"version":1}""");
        (await _service.SendAsync("GET", "commits?after=9")).Text.ShouldBe("""{"items":[],"version":1}""");
        (await _service.SendAsync("GET", $"commits?after={long.MaxValue}")).Text.ShouldBe("""{"items":[],"version":1}""");
    }

    [Theory]
    [InlineData("commits/0")]
    [InlineData("commits/2")]
    [InlineData("commits/x")]
    [InlineData("commits/-1")]
    public async Task A_commit_that_does_not_exist_is_not_found(string path)
    {
        await _service.SendAsync("PUT", "state/k", "1");
        (await _service.SendAsync("GET", path)).ShouldBeProblem(404, "not-found");
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=257")]
    [InlineData("after=-1")]
    [InlineData("after=x")]
    public async Task Arguments_that_break_a_rule_are_refused(string query) =>
        (await _service.SendAsync("GET", "commits?" + query)).ShouldBeProblem(422, "invalid-query");

    [Fact]
    public async Task A_commit_of_another_shard_is_found_by_its_number()
    {
        await _service.SendAsync("PUT", "state/k", "1");
        await using var other = await TestService.StartAsync(_store);
        (await other.SendAsync("GET", "commits/1")).Status.ShouldBe(200);
        await _service.SendAsync("PUT", "state/k", "2");
        (await other.SendAsync("GET", "commits/2")).Headers["Memory-Version"].ShouldBe("2");
    }

    [Fact]
    public async Task A_torn_commit_is_named_and_never_skipped()
    {
        for (var i = 0; i < 3; i++)
            await _service.SendAsync("PUT", $"state/k{i}", "1");
        const string Second = "acme:agent-1:c:0000000000000002";
        var stored = (await _store.GetAsync(Second, CancellationToken.None))!.Value;
        (await _store.TryUpdateAsync(Second, "{}"u8.ToArray(), stored.ETag, CancellationToken.None)).ShouldBeTrue();
        await using var fresh = await TestService.StartAsync(_store);
        foreach (var path in new[] { "state/k0", "state", "commits", "state/k2" })
            (await fresh.SendAsync("GET", path)).ShouldBeProblem(500, "log-corrupt").GetProperty("commit").GetInt64().ShouldBe(2);
        (await fresh.SendAsync("PUT", "state/k9", "1")).ShouldBeProblem(500, "log-corrupt");
        (await fresh.SendAsync("GET", "/metrics")).Text.ShouldContain("memory_node_corrupt_records{what=\"commit\"} ");
    }
}
