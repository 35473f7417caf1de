using DaprMemory.Router.Tests.Hosts;

namespace DaprMemory.Router.Tests.Forwarding;

public sealed class EventualTests : IAsyncLifetime
{
    readonly ManualTime _time = new();
    TestShard[] _shards = null!;

    public async Task InitializeAsync() =>
        _shards = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => TestShard.StartAsync($"memory-{i}")));

    public async Task DisposeAsync()
    {
        foreach (var shard in _shards)
            await shard.DisposeAsync();
    }

    [Theory]
    [InlineData("GET", "state/k")]
    [InlineData("HEAD", "state/k")]
    [InlineData("POST", "state/read")]
    public async Task Eventual_read_stays_in_the_routers_zone_and_with_the_owner_if_that_is_there(string method, string path)
    {
        await using var router = await StartAsync("west");
        for (var i = 0; i < 20; i++)
        {
            var owner = await ShardAsync(router, "GET", $"s{i}/state/k", null);
            var near = await ShardAsync(router, method, $"s{i}/{path}", "eventual");
            near.ShouldBeOneOf("memory-2", "memory-3");
            if (owner is "memory-2" or "memory-3")
                near.ShouldBe(owner);
            (await ShardAsync(router, method, $"s{i}/{path}", "Eventual")).ShouldBe(near);
        }
    }

    [Theory]
    [InlineData("PUT", "state/k", "eventual")]
    [InlineData("POST", "transactions", "eventual")]
    [InlineData("GET", "state/k", "strong")]
    [InlineData("GET", "state/k", "session")]
    public async Task Writes_and_other_levels_keep_the_ring(string method, string path, string level)
    {
        await using var router = await StartAsync("west");
        var space = TestRouter.SpaceOn("memory-0", "memory-1", "memory-2", "memory-3");
        (await ShardAsync(router, method, $"{space}/{path}", level)).ShouldBe("memory-0");
    }

    [Fact]
    public async Task Read_of_many_keys_gets_no_idempotency_key()
    {
        await using var router = await StartAsync("west");
        await ShardAsync(router, "POST", "s/state/read", "eventual");
        _shards.SelectMany(shard => shard.Requests).ShouldHaveSingleItem().Headers.ShouldNotContainKey("Idempotency-Key");
    }

    [Fact]
    public async Task Zone_that_is_lost_gives_its_reads_to_the_owner()
    {
        await using var router = await StartAsync("west");
        var space = TestRouter.SpaceOn("memory-0", "memory-1", "memory-2", "memory-3");
        (await ShardAsync(router, "GET", $"{space}/state/k", "eventual")).ShouldBe("memory-2");
        await _shards[2].StopAsync();
        // The first one that is lost on the way goes back to the owner, later ones to the other shard of the zone.
        (await ShardAsync(router, "GET", $"{space}/state/k", "eventual")).ShouldBe("memory-0");
        (await ShardAsync(router, "GET", $"{space}/state/k", "eventual")).ShouldBe("memory-3");
        await _shards[3].StopAsync();
        (await ShardAsync(router, "GET", $"{space}/state/k", "eventual")).ShouldBe("memory-0");
        (await ShardAsync(router, "GET", $"{space}/state/k", "eventual")).ShouldBe("memory-0");
    }

    [Fact]
    public async Task Owner_that_is_near_serves_though_another_zones_shard_comes_first_on_the_ring()
    {
        var settings = Settings(null);
        settings["Router:Tenants:acme:Zone"] = "west";
        await using var router = await TestRouter.StartAsync(settings, _time);
        var space = TestRouter.SpaceOn("memory-0", "memory-1", "memory-2", "memory-3");
        (await ShardAsync(router, "GET", $"{space}/state/k", null)).ShouldBe("memory-2");
        (await ShardAsync(router, "GET", $"{space}/state/k", "eventual")).ShouldBe("memory-2");
    }

    [Theory]
    [InlineData(4, "memory-0")]
    [InlineData(8, "memory-1")]
    public async Task Without_a_zone_the_owner_serves_unless_another_is_notably_quicker(int ownersMs, string expected)
    {
        await using var router = await StartAsync(null);
        var space = TestRouter.SpaceOn("memory-0", "memory-1", "memory-2", "memory-3");
        _shards[0].Take(TimeSpan.FromMilliseconds(ownersMs), _time);
        (await ShardAsync(router, "GET", $"{space}/state/k", "eventual")).ShouldBe("memory-0");
        foreach (var shard in _shards)
        {
            string[] others = [.. _shards.Select(other => other.Id).Where(id => id != shard.Id)];
            for (var i = 0; i < 10; i++)
                (await ShardAsync(router, "PUT", $"{TestRouter.SpaceOn(shard.Id, others)}/state/k", null)).ShouldBe(shard.Id);
        }
        _time.Advance(TimeSpan.FromSeconds(1));
        (await ShardAsync(router, "GET", $"{space}/state/k", "eventual")).ShouldBe(expected);
        (await router.ShardPageAsync("memory-0")).GetProperty("near").GetBoolean().ShouldBe(expected == "memory-0");
        (await ShardAsync(router, "GET", $"{space}/state/k", null)).ShouldBe("memory-0");
    }

    Task<TestRouter> StartAsync(string? zone) => TestRouter.StartAsync(Settings(zone), _time);

    Dictionary<string, string?> Settings(string? zone)
    {
        var settings = TestRouter.Direct(_shards);
        for (var i = 0; i < 4; i++)
            settings[$"Router:Shards:{i}:Zone"] = i < 2 ? "east" : "west";
        settings["Router:Zone"] = zone;
        return settings;
    }

    static async Task<string> ShardAsync(TestRouter router, string method, string path, string? level)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/v1/acme/" + path);
        if (level is not null)
            request.Headers.Add("Memory-Consistency", level);
        using var response = await router.Client.SendAsync(request);
        return response.Headers.GetValues("Memory-Shard").Single();
    }
}
