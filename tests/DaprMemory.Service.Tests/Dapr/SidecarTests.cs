using System.Text;
using DaprMemory.LocalSidecar;
using DaprMemory.LocalSidecar.Faults;

namespace DaprMemory.Service.Tests.Dapr;

public sealed class SidecarTests : IAsyncLifetime
{
    const string App = "memory-0";

    SidecarStores _sidecars = null!;
    TestService _service = null!;

    SidecarHost Sidecar => _sidecars.Host!;

    public async Task InitializeAsync()
    {
        _sidecars = await SidecarStores.LocalAsync("state.postgresql", "v2");
        _service = await StartServiceAsync();
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await _sidecars.DisposeAsync();
    }

    [Fact]
    public async Task What_is_written_through_a_sidecar_is_read_back_byte_for_byte_by_another_service()
    {
        string[] values = ["9007199254740993.10", "\"\\ud800 käse 🧀\u007F\"", " [1,\t2] ", new string(' ', (1024 * 1024) - 1) + "1"];
        for (var i = 0; i < values.Length; i++)
            (await _service.SendAsync("PUT", $"state/k{i}", values[i])).Status.ShouldBe(201);
        var quotes = Encoding.UTF8.GetBytes('"' + string.Concat(Enumerable.Repeat("\\\"", (512 * 1024) - 1)) + '"');
        (await _service.SendAsync("PUT", "state/quotes", quotes)).Status.ShouldBe(201);

        await using var other = await StartServiceAsync();
        for (var i = 0; i < values.Length; i++)
            (await other.SendAsync("GET", $"state/k{i}")).Text.ShouldBe(values[i]);
        (await other.SendAsync("GET", "state/quotes")).Body.ShouldBe(quotes);
    }

    [Theory]
    [InlineData(FaultEffect.FailBefore)]
    [InlineData(FaultEffect.FailAfter)]
    [InlineData(FaultEffect.DropBefore)]
    [InlineData(FaultEffect.DropAfter)]
    public async Task A_write_whose_save_fails_once_is_written_once(FaultEffect effect)
    {
        Sidecar.Faults(App).Set(new FaultRule(effect) { Targets = [FaultTarget.Save], Count = 1 });
        (await _service.SendAsync("PUT", "state/k", "1")).Status.ShouldBe(201);
        (await _service.SendAsync("GET", "commits", null, "Memory-Consistency: strong")).Json.GetProperty("version").GetInt64().ShouldBe(1);
    }

    [Theory]
    [InlineData(FaultEffect.FailBefore)]
    [InlineData(FaultEffect.DropBefore)]
    public async Task While_the_sidecar_fails_calls_say_so_and_afterwards_a_retry_learns_the_truth(FaultEffect effect)
    {
        await _service.SendAsync("PUT", "state/k", "1");
        Sidecar.Faults(App).Set(new FaultRule(effect));
        (await _service.SendAsync("GET", "state/k", null, "Memory-Consistency: strong")).ShouldBeProblem(503, "unavailable");
        (await _service.SendAsync("PUT", "state/k", "2", "Idempotency-Key: once"))
            .ShouldBeProblem(503, "unavailable").GetProperty("outcome").GetString().ShouldBe("unknown");
        (await _service.SendAsync("GET", "state/k")).Text.ShouldBe("1");

        Sidecar.Faults(App).Set();
        (await _service.SendAsync("PUT", "state/k", "2", "Idempotency-Key: once")).Json.GetProperty("version").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task The_service_is_ready_as_long_as_its_sidecar_is_usable()
    {
        await UntilAsync(200);
        await Sidecar.DisposeAsync();
        (await UntilAsync(503)).Json.GetProperty("reasons")[0].GetString().ShouldBe("sidecar: not ready for outbound calls");
        (await _service.SendAsync("GET", "/healthz")).Status.ShouldBe(200);
        (await _service.SendAsync("GET", "/health/live")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Metrics_tell_latencies_by_level()
    {
        await _service.SendAsync("PUT", "state/k", "1");
        await _service.SendAsync("GET", "state/k", null, "Memory-Consistency: strong");
        var metrics = (await _service.SendAsync("GET", "/metrics")).Text;
        metrics.ShouldContain("memory_node_read_latency_seconds_bucket{level=\"strong\"");
        metrics.ShouldContain("memory_node_write_latency_seconds_count{level=\"session\"}");
        metrics.ShouldContain("memory_node_commits");
    }

    Task<TestService> StartServiceAsync() => TestService.StartAsync((MemoryService.DaprHttpEndpointKey, Sidecar.AddressOf(App).ToString()));

    async Task<Answer> UntilAsync(int status)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(20);
        while (true)
        {
            var ready = await _service.SendAsync("GET", "/health/ready");
            if (ready.Status == status)
                return ready;
            (DateTimeOffset.UtcNow < deadline).ShouldBeTrue(ready.Text);
            await Task.Delay(20);
        }
    }
}
