using System.Text.Json;
using DaprMemory.Conformance;

namespace DaprMemory.Service.Tests.Consistency;

public sealed class ConsistencyTests : IAsyncLifetime
{
    readonly InMemoryCommitStore _store = new();
    TestService _one = null!;
    TestService _two = null!;

    public async Task InitializeAsync()
    {
        _one = await TestService.StartAsync(_store);
        _two = await TestService.StartAsync(_store, ("Memory:Shard", "memory-1"));
        await _one.SendAsync("PUT", "state/k", "1");
        (await _two.SendAsync("GET", "state/k")).Text.ShouldBe("1");
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Fact]
    public async Task With_its_token_a_client_reads_its_write_on_another_shard()
    {
        var token = (await _one.SendAsync("PUT", "state/k", "2")).Token;
        var read = await _two.SendAsync("GET", "state/k", null, "Memory-Token: " + token);
        read.Text.ShouldBe("2");
        read.Headers["Memory-Shard"].ShouldBe("memory-1");
        read.Headers["Memory-Version"].ShouldBe("2");
    }

    [Fact]
    public async Task A_strong_read_sees_what_was_written_before_it_on_another_shard()
    {
        await _one.SendAsync("PUT", "state/k", "2");
        var read = await _two.SendAsync("GET", "state/k", null, "Memory-Consistency: strong");
        read.Text.ShouldBe("2");
        read.Headers["Memory-Consistency"].ShouldBe("strong");
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task With_its_token_a_clients_write_is_checked_against_what_it_saw(string method)
    {
        var created = await _one.SendAsync("PUT", "state/new", "{}");
        var write = await _two.SendAsync(method, "state/new", "{}", "If-Match: *", "Memory-Token: " + created.Token);
        write.Status.ShouldBeInRange(200, 204);
    }

    [Fact]
    public async Task A_strong_write_is_checked_against_the_newest_version()
    {
        await _one.SendAsync("PUT", "state/new", "{}");
        (await _two.SendAsync("PATCH", "state/new", "{}", "Memory-Consistency: strong")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_token_that_names_a_version_which_does_not_exist_is_refused()
    {
        var token = (await _one.SendAsync("PUT", "state/k", "2")).Token;
        await using var elsewhere = await TestService.StartAsync();
        foreach (var (method, body) in new[] { ("GET", null), ("PUT", "1") })
        {
            (await elsewhere.SendAsync(method, "state/k", body, "Memory-Token: " + token))
                .ShouldBeProblem(422, "invalid-token").GetProperty("detail").GetString()!.ShouldContain("version");
        }
        (await elsewhere.SendAsync("GET", "commits")).Json.GetProperty("version").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task A_token_of_another_tenant_or_none_at_all_is_refused()
    {
        var token = (await _one.SendAsync("PUT", "state/k", "2")).Token;
        (await _one.SendAsync("GET", "/v1/other/agent-1/state/k", null, "Memory-Token: " + token)).ShouldBeProblem(422, "invalid-token");
        (await _one.SendAsync("GET", "state/k", null, "Memory-Token: nonsense!")).ShouldBeProblem(422, "invalid-token");
    }

    [Fact]
    public async Task A_token_gathers_the_spaces_that_a_client_visits()
    {
        var token = (await _one.SendAsync("PUT", "/v1/acme/a/state/k", "1")).Token;
        token = (await _one.SendAsync("PUT", "/v1/acme/b/state/k", "1", "Memory-Token: " + token)).Token;
        await _two.SendAsync("GET", "/v1/acme/a/state/k");
        token = (await _one.SendAsync("PUT", "/v1/acme/a/state/k", "2", "Memory-Token: " + token)).Token;
        token = (await _two.SendAsync("GET", "/v1/acme/b/state/k", null, "Memory-Token: " + token)).Token;
        (await _two.SendAsync("GET", "/v1/acme/a/state/k", null, "Memory-Token: " + token)).Text.ShouldBe("2");
    }

    [Fact]
    public async Task While_the_store_is_down_session_reads_of_an_open_space_go_on_and_strong_ones_say_that_they_cannot()
    {
        TakeStoreDown();
        (await _one.SendAsync("GET", "state/k")).Text.ShouldBe("1");
        var strong = await _one.SendAsync("GET", "state/k", null, "Memory-Consistency: strong");
        var problem = strong.ShouldBeProblem(503, "unavailable");
        problem.TryGetProperty("outcome", out _).ShouldBeFalse();
        strong.Headers["Retry-After"].ShouldBe("1");
        (await _one.SendAsync("GET", "/v1/acme/cold/state/k")).ShouldBeProblem(503, "unavailable");
    }

    [Fact]
    public async Task While_the_store_is_down_a_write_says_what_became_of_it_within_2_seconds()
    {
        TakeStoreDown();
        var suppressed = await _one.CounterAsync("memory_node_suppressed_writes");
        var started = DateTimeOffset.UtcNow;
        var write = await _one.SendAsync("PUT", "state/k", "2", "Idempotency-Key: once");
        write.ShouldBeProblem(503, "unavailable").GetProperty("outcome").GetString().ShouldBe("unknown");
        write.Headers["Retry-After"].ShouldBe("1");
        (await _one.SendAsync("PUT", "/v1/acme/cold/state/k", "2")).ShouldBeProblem(503, "unavailable").GetProperty("outcome").GetString().ShouldBe("none");
        (DateTimeOffset.UtcNow - started).ShouldBeLessThan(TimeSpan.FromSeconds(4));
        (await _one.CounterAsync("memory_node_suppressed_writes")).ShouldBeGreaterThanOrEqualTo(suppressed + 2);

        (_store.IsUnavailable, _store.OnWrite) = (null, null);
        JsonElement retried = (await _one.SendAsync("PUT", "state/k", "2", "Idempotency-Key: once")).Json;
        retried.GetProperty("version").GetInt64().ShouldBe(2);
        (await _two.SendAsync("GET", "commits", null, "Memory-Consistency: strong")).Json.GetProperty("version").GetInt64().ShouldBe(2);
    }

    void TakeStoreDown() => (_store.IsUnavailable, _store.OnWrite) = (_ => true, _ => WriteFault.FailBeforeApply);
}
