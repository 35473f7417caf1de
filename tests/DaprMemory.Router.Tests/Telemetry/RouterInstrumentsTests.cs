using System.Globalization;
using DaprMemory.Router.Tests.Hosts;

namespace DaprMemory.Router.Tests.Telemetry;

public sealed class RouterInstrumentsTests
{
    // Meters are heard process-wide: shards with names of their own keep other tests out of the numbers.
    [Fact]
    public async Task Metrics_page_counts_answers_and_failovers_by_shard()
    {
        await using var lost = await TestShard.StartAsync("metrics-0");
        await using var well = await TestShard.StartAsync("metrics-1");
        var settings = TestRouter.Direct(lost, well);
        settings["Router:Zone"] = settings["Router:Shards:1:Zone"] = "west";
        await using var router = await TestRouter.StartAsync(settings);
        var space = TestRouter.SpaceOn("metrics-0", "metrics-1");
        using var eventual = new HttpRequestMessage(HttpMethod.Get, $"/v1/acme/{space}");
        eventual.Headers.Add("Memory-Consistency", "eventual");
        await router.Client.SendAsync(eventual);
        await lost.StopAsync();
        await router.Client.GetAsync($"/v1/acme/{space}");
        await router.Client.GetAsync($"/v1/acme/{space}");

        var lines = (await router.Client.GetStringAsync("/metrics")).Split('\n');
        Value("memory_router_requests", "metrics-0", "outcome=\"refused\"").ShouldBe("1");
        Value("memory_router_requests", "metrics-1", "outcome=\"answered\"").ShouldBe("3");
        Value("memory_router_failovers", "metrics-0", "reason=\"refused\"").ShouldBe("1");
        Value("memory_router_eventual_elsewhere", "metrics-1").ShouldBe("1");
        Value("memory_router_request_latency_seconds_count", "metrics-1").ShouldBe("3");
        Value("memory_router_drained", "metrics-0").ShouldBe("0");
        Value("memory_router_in_flight", "metrics-1").ShouldBe("0");
        (Share("metrics-0") + Share("metrics-1")).ShouldBe(1, 1e-9);

        double Share(string shard) => double.Parse(Value("memory_router_space_share", shard)!, CultureInfo.InvariantCulture);

        string? Value(string name, string shard, params string[] parts) =>
            lines.SingleOrDefault(line =>
                line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains($"\"{shard}\"") && parts.All(line.Contains))?.Split(' ')[1];
    }
}
