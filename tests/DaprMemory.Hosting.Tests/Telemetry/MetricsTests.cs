using System.Diagnostics.Metrics;
using DaprMemory.Hosting.Telemetry;

namespace DaprMemory.Hosting.Tests.Telemetry;

public sealed class MetricsTests
{
    [Fact]
    public async Task Page_shows_what_was_measured_since_the_start_in_our_buckets()
    {
        using var meter = new Meter("memory_test");
        var seconds = meter.CreateHistogram<double>("latency_seconds");
        await using var service = await TestService.StartAsync();

        seconds.Record(0.0002);

        using var response = await service.Client.GetAsync("/metrics");
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n');
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        lines.ShouldContain("memory_test_latency_seconds_bucket{le=\"0.0001\"} 0");
        lines.ShouldContain("memory_test_latency_seconds_bucket{le=\"0.00025\"} 1");
        lines.ShouldContain("memory_test_latency_seconds_bucket{le=\"10\"} 1");
        lines.ShouldContain("memory_test_latency_seconds_count 1");
        lines.ShouldContain(line => line.StartsWith("system_runtime_dotnet_process_cpu_time{", StringComparison.Ordinal));
    }

    [Fact]
    public void Bounds_come_from_advice_then_unit_then_name()
    {
        using var meter = new Meter("memory_bounds");

        MetricsExtensions.BoundsOf(meter.CreateHistogram("a_seconds", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2] })).ShouldBe([1, 2]);
        MetricsExtensions.BoundsOf(meter.CreateHistogram("b_size", null, null, null, new InstrumentAdvice<int> { HistogramBucketBoundaries = [3] })).ShouldBe([3]);
        MetricsExtensions.BoundsOf(meter.CreateHistogram<float>("c", "s")).ShouldBe(MetricsExtensions.BoundsOf(meter.CreateHistogram<long>("d_seconds")));
        MetricsExtensions.BoundsOf(meter.CreateHistogram<int>("batch_size")).ShouldBe([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]);
        MetricsExtensions.BoundsOf(meter.CreateHistogram<int>("other")).Length.ShouldBe(25);
    }

    [Theory]
    [InlineData("memory_node", "commits", true)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", "kestrel.active_connections", true)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", "kestrel.queued_requests", false)]
    [InlineData("Microsoft.AspNetCore.Hosting", "http.server.request.duration", false)]
    public void Shown_are_our_meters_and_what_costs_nothing_per_request(string meterName, string name, bool shown)
    {
        using var meter = new Meter(meterName);

        MetricsExtensions.IsShown(meter.CreateCounter<int>(name)).ShouldBe(shown);
    }
}
