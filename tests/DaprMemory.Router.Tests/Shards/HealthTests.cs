using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DaprMemory.Router.Tests.Hosts;

namespace DaprMemory.Router.Tests.Shards;

public sealed class HealthTests : IAsyncLifetime
{
    readonly string _space = TestRouter.SpaceOn("memory-0", "memory-1");
    TestShard _first = null!;
    TestShard _second = null!;

    public async Task InitializeAsync() =>
        (_first, _second) = (await TestShard.StartAsync("memory-0"), await TestShard.StartAsync("memory-1"));

    public async Task DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task Shard_that_is_not_ready_is_skipped_and_comes_back()
    {
        await using var router = await StartProbingAsync();
        await router.UntilAsync("memory-0", "active", "healthy");
        (await ShardAsync(router)).ShouldBe("memory-0");

        _first.IsReady = false;
        await router.UntilAsync("memory-0", "health", "unhealthy");
        (await ShardAsync(router)).ShouldBe("memory-1");

        _first.IsReady = true;
        await router.UntilAsync("memory-0", "health", "healthy");
        (await ShardAsync(router)).ShouldBe("memory-0");
    }

    [Fact]
    public async Task Shard_that_died_and_returns_gets_its_spaces_back()
    {
        await using var router = await StartProbingAsync();
        await _first.StopAsync();
        (await ShardAsync(router)).ShouldBe("memory-1");
        await router.UntilAsync("memory-0", "active", "unhealthy");
        await _first.StartAsync();
        await router.UntilAsync("memory-0", "health", "healthy");
        (await ShardAsync(router)).ShouldBe("memory-0");
    }

    [Fact]
    public async Task Shards_that_all_seem_down_are_asked_nevertheless()
    {
        await using var router = await StartProbingAsync();
        _first.IsReady = _second.IsReady = false;
        await router.UntilAsync("memory-0", "health", "unhealthy");
        await router.UntilAsync("memory-1", "health", "unhealthy");
        (await ShardAsync(router)).ShouldBe("memory-0");
    }

    [Fact]
    public async Task Router_is_ready_while_a_shard_may_be_well()
    {
        await using var router = await StartProbingAsync();
        await router.UntilAsync("memory-0", "health", "healthy");
        (await router.Client.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        _first.IsReady = _second.IsReady = false;
        await router.UntilAsync("memory-0", "health", "unhealthy");
        await router.UntilAsync("memory-1", "health", "unhealthy");
        using var response = await router.Client.GetAsync("/health/ready");
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await response.Content.ReadAsStringAsync()).ShouldContain("no shard is healthy");
    }

    [Fact]
    public async Task Cluster_page_shows_shards_health_zones_and_shares()
    {
        var settings = TestRouter.Direct(_first, _second);
        settings["Router:Zone"] = settings["Router:Shards:1:Zone"] = "west";
        await using var router = await TestRouter.StartAsync(settings);
        await router.UntilAsync("memory-1", "active", "healthy");
        var page = await router.Client.GetFromJsonAsync<JsonElement>("/cluster");
        page.GetProperty("virtualNodes").GetInt32().ShouldBe(150);
        page.GetProperty("zone").GetString().ShouldBe("west");
        var (one, two) = (await router.ShardPageAsync("memory-0"), await router.ShardPageAsync("memory-1"));
        one.GetProperty("address").GetString().ShouldBe(_first.Address);
        one.TryGetProperty("zone", out _).ShouldBeFalse();
        two.GetProperty("zone").GetString().ShouldBe("west");
        two.GetProperty("health").GetString().ShouldBe("healthy");
        two.GetProperty("passive").GetString().ShouldBe("unknown");
        (one.GetProperty("near").GetBoolean(), two.GetProperty("near").GetBoolean()).ShouldBe((false, true));
        (one.GetProperty("share").GetDouble() + two.GetProperty("share").GetDouble()).ShouldBe(1, 1e-9);
    }

    [Fact]
    public async Task Cluster_page_counts_requests_under_way_all_and_handed_on()
    {
        await using var router = await TestRouter.StartAsync(_first, _second);
        var (isAsked, isSeen) = (new TaskCompletionSource(), new TaskCompletionSource());
        _first.Answer = async context =>
        {
            isAsked.SetResult();
            await isSeen.Task;
            context.Abort();
        };
        var asking = ShardAsync(router);
        await isAsked.Task;
        (await CountsAsync("memory-0")).ShouldBe((1, 1, 0));
        isSeen.SetResult();
        (await asking).ShouldBe("memory-1");
        (await CountsAsync("memory-0")).ShouldBe((0, 1, 1));
        (await CountsAsync("memory-1")).ShouldBe((0, 1, 0));

        async Task<(long InFlight, long Requests, long Failovers)> CountsAsync(string id)
        {
            var page = await router.ShardPageAsync(id);
            return (Count("inFlight"), Count("requests"), Count("failovers"));

            long Count(string property) => page.GetProperty(property).GetInt64();
        }
    }

    Task<TestRouter> StartProbingAsync()
    {
        var settings = TestRouter.Direct(_first, _second);
        settings["Router:ProbeInterval"] = "00:00:00.030";
        settings["Router:AvoidFor"] = "00:00:00.030";
        return TestRouter.StartAsync(settings);
    }

    async Task<string> ShardAsync(TestRouter router) => await router.Client.GetStringAsync($"/v1/acme/{_space}/state/k");
}
