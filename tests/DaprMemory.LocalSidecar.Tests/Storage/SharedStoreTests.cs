using System.Net;

namespace DaprMemory.LocalSidecar.Tests.Storage;

public sealed class SharedStoreTests : IDisposable
{
    readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Concurrent_creates_of_one_key_have_one_winner()
    {
        await using var host = await SidecarHost.StartAsync(_folder.Options());
        using var dapr = new DaprClient(host.AddressOf("app-a"));

        for (var round = 0; round < 10; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => dapr.CreateAsync($"k{round}", $"{i}")));

            answers.Count(answer => answer.Status == HttpStatusCode.NoContent).ShouldBe(1);
            answers.Count(answer => answer.Status == HttpStatusCode.InternalServerError).ShouldBe(63);
            var winner = Array.FindIndex(answers, answer => answer.Status == HttpStatusCode.NoContent);
            (await dapr.GetAsync($"/v1.0/state/strong/k{round}")).Body.ShouldBe($"\"{winner}\"");
        }
    }

    [Fact]
    public async Task Failed_transaction_leaves_its_neighbours_in_the_commit_alone()
    {
        await using var host = await SidecarHost.StartAsync(_folder.Options());
        using var dapr = new DaprClient(host.AddressOf("app-a"));
        await dapr.CreateAsync("taken", "x");

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => i % 2 == 0
            ? dapr.CreateAsync($"k{i}", "x")
            : dapr.PostAsync("/v1.0/state/strong/transaction", $$"""
                {"operations":[{"operation":"upsert","request":{"value":1,"key":"k{{i}}"} },
                               {"operation":"upsert","request":{"key":"taken","value":1,"options":{"concurrency":"first-write"} } }]}
                """)));

        for (var i = 0; i < answers.Length; i++)
        {
            answers[i].Status.ShouldBe(i % 2 == 0 ? HttpStatusCode.NoContent : HttpStatusCode.InternalServerError);
            (await dapr.GetAsync($"/v1.0/state/strong/k{i}")).Status.ShouldBe(i % 2 == 0 ? HttpStatusCode.OK : HttpStatusCode.NoContent);
        }
    }

    [Fact]
    public async Task Two_hosts_on_the_same_files_lose_no_update_and_double_no_create()
    {
        await using var first = await SidecarHost.StartAsync(_folder.Options());
        await using var second = await SidecarHost.StartAsync(_folder.Options());
        using var a = new DaprClient(first.AddressOf("app-a"));
        using var b = new DaprClient(second.AddressOf("app-a"));
        await a.PostAsync("/v1.0/state/strong", """[{"key":"counter","value":0}]""");

        var increments = Task.WhenAll(Enumerable.Range(0, 8).Select(i => IncrementAsync(i % 2 == 0 ? a : b, times: 10)));
        var creates = Task.WhenAll(Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? a : b).CreateAsync($"k{i / 4}", $"{i}")));
        await increments;

        (await b.GetAsync("/v1.0/state/strong/counter")).Body.ShouldBe("80");
        (await creates).Index().GroupBy(item => item.Index / 4).ShouldAllBe(group => group.Count(item => item.Item.Status == HttpStatusCode.NoContent) == 1);
    }

    [Fact]
    public async Task Restarted_host_has_the_data()
    {
        string etag;
        await using (var host = await SidecarHost.StartAsync(_folder.Options()))
        {
            using var dapr = new DaprClient(host.AddressOf("app-a"));
            await dapr.CreateAsync("k", "kept");
            etag = (await dapr.GetAsync("/v1.0/state/strong/k")).ETag!;
        }

        await using var again = await SidecarHost.StartAsync(_folder.Options());
        using var client = new DaprClient(again.AddressOf("app-a"));
        (await client.GetAsync("/v1.0/state/strong/k")).ShouldSatisfyAllConditions(a => a.Body.ShouldBe("\"kept\""), a => a.ETag.ShouldBe(etag));
    }

    static async Task IncrementAsync(DaprClient dapr, int times)
    {
        while (times > 0)
        {
            var current = await dapr.GetAsync("/v1.0/state/strong/counter");
            var next = int.Parse(current.Body, System.Globalization.CultureInfo.InvariantCulture) + 1;
            var saved = await dapr.PostAsync("/v1.0/state/strong", $$"""[{"key":"counter","value":{{next}},"etag":"{{current.ETag}}"}]""");
            if (saved.Status == HttpStatusCode.NoContent)
                times--;
        }
    }
}
