using System.Net;
using DaprMemory.Router.Tests.Hosts;

namespace DaprMemory.Router.Tests.Configuration;

public sealed class ReloadTests
{
    [Fact]
    public async Task Shard_added_under_load_takes_its_spaces_and_no_request_fails()
    {
        await using var first = await TestShard.StartAsync("memory-0");
        await using var second = await TestShard.StartAsync("memory-1");
        await using var third = await TestShard.StartAsync("memory-2");
        await using var router = await TestRouter.StartAsync(first, second);

        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(client => Task.Run(() => AskAsync(router, client, stop.Token))).ToArray();
        var space = TestRouter.SpaceOn("memory-2", "memory-0", "memory-1");
        for (var round = 0; round < 5; round++)
        {
            (await router.Client.GetStringAsync($"/v1/acme/{space}")).ShouldBe("memory-0");
            router.Change(TestRouter.Direct(first, second, third));
            await router.UntilAsync("memory-2", "passive", "unknown");
            (await router.Client.GetStringAsync($"/v1/acme/{space}")).ShouldBe("memory-2");
            router.Change(TestRouter.Direct(first, second));
            await router.UntilGoneAsync("memory-2");
        }
        await stop.CancelAsync();
        (await Task.WhenAll(clients)).ShouldAllBe(asked => asked > 0);
    }

    [Fact]
    public async Task Bad_configuration_is_refused_and_the_old_one_stays()
    {
        await using var first = await TestShard.StartAsync("memory-0");
        await using var router = await TestRouter.StartAsync(first);
        router.Change(With("Router:Shards:0:Address", "nowhere"));
        (await router.Client.GetStringAsync("/v1/acme/s")).ShouldBe("memory-0");
        router.Change(With("Router:AttemptTimeout", "soon"));
        (await router.Client.GetStringAsync("/v1/acme/s")).ShouldBe("memory-0");
        router.Change([]);
        (await router.Client.GetStringAsync("/v1/acme/s")).ShouldBe("memory-0");

        await using var second = await TestShard.StartAsync("memory-1");
        router.Change(TestRouter.Direct(second));
        await router.UntilAsync("memory-1", "passive", "unknown");
        (await router.Client.GetStringAsync("/v1/acme/s")).ShouldBe("memory-1");

        Dictionary<string, string?> With(string key, string value) => new(TestRouter.Direct(first)) { [key] = value };
    }

    static async Task<int> AskAsync(TestRouter router, int client, CancellationToken stop)
    {
        var asked = 0;
        for (; !stop.IsCancellationRequested; asked++)
        {
            using var body = new StringContent("x");
            using var response = await router.Client.PutAsync($"/v1/acme/s{client}-{asked}/state/k", body, CancellationToken.None);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        return asked;
    }
}
