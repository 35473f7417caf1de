using DaprMemory.Router.Tests.Hosts;

namespace DaprMemory.Router.Tests.Shards;

public sealed class ZoneTests : IAsyncLifetime
{
    TestShard[] _shards = null!;

    public async Task InitializeAsync() =>
        _shards = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => TestShard.StartAsync($"memory-{i}")));

    public async Task DisposeAsync()
    {
        foreach (var shard in _shards)
            await shard.DisposeAsync();
    }

    [Fact]
    public async Task Tenant_with_a_home_is_served_there_and_others_anywhere()
    {
        await using var router = await StartAsync();
        (await UsedAsync(router, "acme")).ShouldBe(["memory-2", "memory-3"]);
        (await UsedAsync(router, "nomad")).Count.ShouldBe(4);
    }

    [Fact]
    public async Task Home_that_is_lost_is_replaced_by_the_other_zone()
    {
        await using var router = await StartAsync();
        await _shards[2].StopAsync();
        (await UsedAsync(router, "acme")).ShouldBe(["memory-3"]);
        await _shards[3].StopAsync();
        (await UsedAsync(router, "acme")).ShouldBe(["memory-0", "memory-1"]);
    }

    [Fact]
    public async Task Home_without_shards_does_not_matter()
    {
        await using var router = await StartAsync();
        (await UsedAsync(router, "lost")).Count.ShouldBe(4);
    }

    Task<TestRouter> StartAsync()
    {
        var settings = TestRouter.Direct(_shards);
        for (var i = 0; i < 4; i++)
            settings[$"Router:Shards:{i}:Zone"] = i < 2 ? "east" : "west";
        settings["Router:Tenants:acme:Zone"] = "west";
        settings["Router:Tenants:lost:Zone"] = "north";
        return TestRouter.StartAsync(settings);
    }

    static async Task<SortedSet<string>> UsedAsync(TestRouter router, string tenant)
    {
        var used = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 40; i++)
            used.Add(await router.Client.GetStringAsync($"/v1/{tenant}/s{i}/state/k"));
        return used;
    }
}
