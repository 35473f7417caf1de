using System.Text.Json;
using DaprMemory.Conformance;
using DaprMemory.Core.Log;
using DaprMemory.Service.Sessions;
using DaprMemory.Service.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DaprMemory.Service.Tests.Sessions;

/// <summary>Sessions on several nodes: beside sidecars with a store each, and over stores that fail.</summary>
public sealed class SessionClusterTests
{
    [Fact]
    public async Task Appends_by_many_on_two_nodes_are_all_there_once_in_the_order_of_each()
    {
        const int Agents = 32, Each = 10;
        await using var cluster = await SidecarCluster.StartAsync(2);
        await Task.WhenAll(Enumerable.Range(0, Agents).Select(async agent =>
        {
            for (var i = 0; i < Each; i++)
            {
                var append = await cluster.Nodes[(agent + i) % 2].SendAsync("POST", "sessions/s/turns", Turn($"{agent}-{i}"), $"Memory-Agent: a{agent}", $"Idempotency-Key: k{i}");
                append.Status.ShouldBe(201, append.Text);
            }
        }));

        foreach (var node in cluster.Nodes)
        {
            var read = (await node.SendAsync("GET", "sessions/s/turns?last=1000", null, "Memory-Consistency: strong")).Json;
            read.TryGetProperty("missing", out _).ShouldBeFalse();
            var turns = read.GetProperty("turns").EnumerateArray().ToList();
            turns.Select(turn => turn.GetProperty("n").GetInt32()).ShouldBe(Enumerable.Range(1, Agents * Each));
            foreach (var agent in turns.Select(turn => turn.GetProperty("text").GetString()!.Split('-')).GroupBy(text => text[0]))
                agent.Select(text => int.Parse(text[1])).ShouldBe(Enumerable.Range(0, Each));
        }
    }

    [Fact]
    public async Task Session_outlives_its_nodes()
    {
        await using var cluster = await SidecarCluster.StartAsync(1);
        for (var i = 0; i < 40; i++)
            await cluster.Nodes[0].SendAsync("POST", "sessions/s/turns", Turn($"{i}"), $"Idempotency-Key: k{i}");
        await cluster.Nodes[0].DisposeAsync();
        var node = await cluster.StartNodeAsync(0);

        var read = await node.SendAsync("GET", "sessions/s/turns?before=41&limit=1000");
        read.Json.GetProperty("turns").EnumerateArray().Select(turn => turn.GetProperty("text").GetString()).ShouldBe(Enumerable.Range(0, 40).Select(i => $"{i}"));
        read.Headers["Memory-Source"].ShouldBe("hot");
        (await node.SendAsync("POST", "sessions/s/turns", Turn("7"), "Idempotency-Key: k7")).Json.GetProperty("first").GetInt64().ShouldBe(8);
        (await node.SendAsync("POST", "sessions/s/turns", Turn("40"))).Json.GetProperty("first").GetInt64().ShouldBe(41);
    }

    [Fact]
    public async Task Own_append_is_read_on_another_node_with_the_token()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        await cluster.Nodes[1].SendAsync("GET", "sessions");
        for (var i = 1; i <= 20; i++)
        {
            var append = await cluster.Nodes[i % 2].SendAsync("POST", "sessions/s/turns", Turn($"{i}"));
            var read = await cluster.Nodes[(i + 1) % 2].SendAsync("GET", "sessions/s/turns?last=1", null, "Memory-Token: " + append.Token);
            read.Json.GetProperty("newest").GetInt64().ShouldBe(i, read.Text);
        }
    }

    [Fact]
    public async Task Who_reads_a_turn_has_seen_what_its_writer_had_seen()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var (one, two) = (cluster.Nodes[0], cluster.Nodes[1]);
        await one.SendAsync("POST", "sessions/s/turns", Turn("first"));
        await two.SendAsync("GET", "/v1/acme/other/state/k");
        var put = await one.SendAsync("PUT", "/v1/acme/other/state/k", "1");
        // In the log of the space itself nothing tells of the other one: only the turn does.
        await one.SendAsync("POST", "sessions/s/turns", Turn("I have put it"), "Memory-Token: " + put.Token);

        var read = await two.SendAsync("GET", "sessions/s/turns", null, "Memory-Consistency: strong");
        read.Json.GetProperty("newest").GetInt64().ShouldBe(2);
        (await two.SendAsync("GET", "/v1/acme/other/state/k", null, "Memory-Consistency: causal", "Memory-Token: " + read.Token)).Text.ShouldBe("1");
    }

    [Fact]
    public async Task Hot_store_that_is_down_refuses_appends_and_reads_of_turns_and_nothing_else()
    {
        var (strong, hot) = (new InMemoryCommitStore(), new InMemoryCommitStore());
        await using var service = await TestService.StartAsync(services =>
        {
            services.AddSingleton<ICommitStore>(strong);
            services.AddKeyedSingleton<ICommitStore>(SessionServices.StoreKey, hot);
        });
        await service.SendAsync("POST", "sessions/s/turns", Turn("one"));
        (hot.IsUnavailable, hot.OnWrite) = (_ => true, _ => WriteFault.FailBeforeApply);
        var suppressed = await service.CounterAsync("memory_node_suppressed_writes");

        var append = await service.SendAsync("POST", "sessions/s/turns", Turn("two"), "Idempotency-Key: k");
        append.ShouldBeProblem(503, "unavailable").GetProperty("outcome").GetString().ShouldBe("unknown");
        append.Headers["Retry-After"].ShouldBe("1");
        (await service.SendAsync("GET", "sessions/s/turns")).ShouldBeProblem(503, "unavailable");
        (await service.SendAsync("DELETE", "sessions/s")).ShouldBeProblem(503, "unavailable");
        (await service.CounterAsync("memory_node_suppressed_writes")).ShouldBeGreaterThanOrEqualTo(suppressed + 2);
        (await service.SendAsync("PUT", "state/k", "1")).Status.ShouldBe(201);
        (await service.SendAsync("GET", "sessions")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        // What this node has in memory it gives to those who do not ask for more.
        (await service.SendAsync("GET", "sessions/s/turns", null, "Memory-Consistency: eventual")).Json.GetProperty("newest").GetInt64().ShouldBe(1);

        (hot.IsUnavailable, hot.OnWrite) = (null, null);
        (await service.SendAsync("POST", "sessions/s/turns", Turn("two"), "Idempotency-Key: k")).Json.GetProperty("first").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task Turns_that_the_hot_store_lost_are_named()
    {
        var (strong, hot) = (new InMemoryCommitStore(), new InMemoryCommitStore());
        void Add(IServiceCollection services)
        {
            services.AddSingleton<ICommitStore>(strong);
            services.AddKeyedSingleton<ICommitStore>(SessionServices.StoreKey, hot);
        }
        await using var service = await TestService.StartAsync(Add);
        for (var i = 1; i <= 5; i++)
            await service.SendAsync("POST", "sessions/s/turns", Turn($"{i}"));
        hot.Evict(key => key.EndsWith("0002", StringComparison.Ordinal) || key.EndsWith("0003", StringComparison.Ordinal)).ShouldBe(2);

        await using var other = await TestService.StartAsync(Add);
        var read = await other.SendAsync("GET", "sessions/s/turns");
        read.Json.GetProperty("missing").GetRawText().ShouldBe("""[{"from":2,"to":3}]""");
        read.Json.GetProperty("turns").EnumerateArray().Select(turn => turn.GetProperty("n").GetInt32()).ShouldBe([1, 4, 5]);
    }

    [Fact]
    public async Task Sessions_of_a_tenant_are_kept_as_its_policy_says()
    {
        await using var service = await TestService.StartAsync(new InMemoryCommitStore(), ("Memory:Policies:acme:SessionRetention", "02:00:00"));
        await service.SendAsync("POST", "sessions/s/turns", Turn("x"));
        var expires = (await service.SendAsync("GET", "sessions")).Json.GetProperty("items")[0].GetProperty("expiresAt").GetDateTimeOffset();
        (expires - DateTimeOffset.UtcNow).ShouldBeInRange(TimeSpan.FromMinutes(115), TimeSpan.FromMinutes(130));
        await Should.ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => TestService.StartAsync(new InMemoryCommitStore(), ("Memory:Policies:acme:SessionRetention", "00:00:10")));
    }

    [Fact]
    public async Task Expired_session_is_gone_and_a_new_one_begins_at_turn_1()
    {
        var time = new ManualTime();
        await using var cluster = await TestCluster.StartAsync(2, time: time);
        await cluster.Nodes[0].SendAsync("POST", "sessions/s/turns?retention=3600", Turn("old"));
        time.Advance(TimeSpan.FromSeconds(3600 + 3600 / 16 + 1));
        foreach (var node in cluster.Nodes)
        {
            (await node.SendAsync("GET", "sessions/s/turns")).ShouldBeProblem(404, "not-found");
            (await node.SendAsync("GET", "sessions")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        }
        (await cluster.Nodes[1].SendAsync("POST", "sessions/s/turns", Turn("new"))).Json.GetProperty("first").GetInt64().ShouldBe(1);
    }

    static string Turn(string text) => JsonSerializer.Serialize(new { role = "user", text });
}
