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
        await using var router = await TestRouter.StartAsync(lost, well);
        await lost.StopAsync();
        var space = TestRouter.SpaceOn("metrics-0", "metrics-1");
        await router.Client.GetAsync($"/v1/acme/{space}");
        await router.Client.GetAsync($"/v1/acme/{space}");

        var lines = (await router.Client.GetStringAsync("/metrics")).Split('\n').Where(line => line.Contains("\"metrics-")).ToArray();
        Value("memory_router_requests", "metrics-0", "outcome=\"refused\"").ShouldBe("1");
        Value("memory_router_requests", "metrics-1", "outcome=\"answered\"").ShouldBe("2");
        Value("memory_router_failovers", "metrics-0").ShouldBe("1");
        Value("memory_router_request_latency_seconds_count", "metrics-1").ShouldBe("2");

        string? Value(string name, params string[] parts) =>
            lines.SingleOrDefault(line => line.StartsWith(name + "{", StringComparison.Ordinal) && parts.All(line.Contains))?.Split(' ')[1];
    }
}
