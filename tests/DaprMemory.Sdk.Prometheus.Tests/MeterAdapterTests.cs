using System.Diagnostics.Metrics;
using System.Text;

namespace Prometheus.Tests;

public sealed class MeterAdapterTests : IDisposable
{
    readonly Meter _meter = new("memory_node");
    readonly MeterAdapterOptions _options = new();
    readonly CollectorRegistry _registry;
    MeterAdapter? _adapter;

    public MeterAdapterTests()
    {
        _options.InstrumentFilterPredicate = instrument => instrument.Meter == _meter;
        _options.ResolveHistogramBuckets = _ => [0.001, 0.01, 1];
        _registry = new(registry => _adapter = new MeterAdapter(registry, _options));
    }

    public void Dispose()
    {
        _meter.Dispose();
        _adapter?.Dispose();
    }

    [Fact]
    public async Task Histogram_observed_has_the_names_and_lines_of_prometheus_net()
    {
        var histogram = _meter.CreateHistogram<double>("read_latency_seconds", "s", "Time to read");
        await CollectAsync();

        histogram.Record(0.0005);
        histogram.Record(0.01, new KeyValuePair<string, object?>("source", "cache"));
        histogram.Record(7, new KeyValuePair<string, object?>("source", "cache"));

        var text = await CollectTextAsync();
        MetricsText.Parse(text);
        text.ShouldStartWith("# HELP memory_node_read_latency_seconds (s) Time to read (Histogram`1)\n# TYPE memory_node_read_latency_seconds histogram\n");
        text.Split('\n').Order(StringComparer.Ordinal).ShouldBe(
            """
            # HELP memory_node_read_latency_seconds (s) Time to read (Histogram`1)
            # TYPE memory_node_read_latency_seconds histogram
            memory_node_read_latency_seconds_bucket{le="0.001"} 1
            memory_node_read_latency_seconds_bucket{le="0.01"} 1
            memory_node_read_latency_seconds_bucket{le="1"} 1
            memory_node_read_latency_seconds_bucket{le="+Inf"} 1
            memory_node_read_latency_seconds_sum 0.0005
            memory_node_read_latency_seconds_count 1
            memory_node_read_latency_seconds_bucket{source="cache",le="0.001"} 0
            memory_node_read_latency_seconds_bucket{source="cache",le="0.01"} 1
            memory_node_read_latency_seconds_bucket{source="cache",le="1"} 1
            memory_node_read_latency_seconds_bucket{source="cache",le="+Inf"} 2
            memory_node_read_latency_seconds_sum{source="cache"} 7.01
            memory_node_read_latency_seconds_count{source="cache"} 2

            """.Split('\n').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Counters_and_gauges_of_all_kinds_become_gauges_without_a_suffix()
    {
        var observed = 5;
        var counter = _meter.CreateCounter<long>("commits", description: "Commits");
        var upDown = _meter.CreateUpDownCounter<int>("open-spaces");
        _meter.CreateObservableCounter("bytes.read", () => 1.5);
        _meter.CreateObservableGauge("Shards", () => new Measurement<int>(observed, new KeyValuePair<string, object?>("state", "up")));
        _meter.CreateObservableUpDownCounter("queued", () => (short)-2);
        await CollectAsync();

        counter.Add(2);
        counter.Add(3);
        upDown.Add(4);
        upDown.Add(-1);
        await CollectAsync();
        observed = 6;

        var metrics = await CollectAsync();
        metrics.Types.Values.Distinct().ShouldBe(["gauge"]);
        metrics.Help["memory_node_commits"].ShouldBe("Commits (Counter`1)");
        metrics.Help["memory_node_open_spaces"].ShouldBe(" (UpDownCounter`1)");
        metrics.Samples.ShouldBe(
            new Dictionary<string, double>
            {
                ["memory_node_bytes_read"] = 1.5,
                ["memory_node_commits"] = 5,
                ["memory_node_open_spaces"] = 3,
                ["memory_node_queued"] = -2,
                ["memory_node_shards{state=\"up\"}"] = 6,
            },
            ignoreOrder: true);
    }

    [Fact]
    public async Task Series_with_tags_in_another_order_is_the_same_series()
    {
        var counter = _meter.CreateCounter<int>("requests");
        await CollectAsync();

        counter.Add(1, new("b", 2), new("a", "x"));
        counter.Add(1, new("a", "x"), new("b", 2));

        (await CollectAsync()).Samples.ShouldBe(new Dictionary<string, double> { ["memory_node_requests{a=\"x\",b=\"2\"}"] = 2 });
    }

    [Fact]
    public async Task Labels_and_help_with_special_characters_are_escaped()
    {
        var counter = _meter.CreateCounter<int>("odd", description: "back\\slash and\nnewline");
        await CollectAsync();

        counter.Add(1, new("Http.Status-Code", "a\"b\\c\nd"), new("9nine", null));

        var metrics = await CollectAsync();
        metrics.Help["memory_node_odd"].ShouldBe("back\\slash and\nnewline (Counter`1)");
        metrics.Samples.Keys.ShouldBe(["memory_node_odd{_9nine=\"\",http_status_code=\"a\\\"b\\\\c\\nd\"}"]);
    }

    [Fact]
    public async Task Labels_that_prometheus_reserves_are_left_out()
    {
        var histogram = _meter.CreateHistogram<int>("sizes");
        await CollectAsync();

        histogram.Record(1, new("le", "mine"), new("__name__", "x"), new("a.b", 1), new("a_b", 2));

        (await CollectAsync()).Samples["memory_node_sizes_count{a_b=\"1\"}"].ShouldBe(1);
    }

    [Fact]
    public async Task Values_that_are_no_numbers_stay_readable()
    {
        var value = double.NaN;
        _meter.CreateObservableGauge("ratio", () => value);
        (await CollectAsync()).Samples["memory_node_ratio"].ShouldBe(double.NaN);

        value = double.NegativeInfinity;
        (await CollectAsync()).Samples["memory_node_ratio"].ShouldBe(double.NegativeInfinity);
    }

    [Fact]
    public async Task Counter_that_became_NaN_can_still_be_added_to()
    {
        var counter = _meter.CreateCounter<double>("nan");
        await CollectAsync();

        counter.Add(double.NaN);
        counter.Add(1);

        (await CollectAsync()).Samples["memory_node_nan"].ShouldBe(double.NaN);
    }

    [Fact]
    public async Task Instrument_whose_callback_throws_hides_no_other()
    {
        _meter.CreateObservableGauge("broken", new Func<int>(() => throw new InvalidOperationException("broken")));
        _meter.CreateObservableGauge("sound", () => 1);

        (await CollectAsync()).Samples.ShouldBe(new Dictionary<string, double> { ["memory_node_sound"] = 1 });
    }

    [Fact]
    public async Task Instrument_of_another_type_under_a_taken_name_is_not_shown()
    {
        var counter = _meter.CreateCounter<int>("twice");
        var histogram = _meter.CreateHistogram<int>("twice");
        await CollectAsync();

        counter.Add(1);
        histogram.Record(5);

        (await CollectAsync()).Samples.ShouldBe(new Dictionary<string, double> { ["memory_node_twice"] = 1 });
    }

    [Fact]
    public async Task Instruments_that_the_filter_refuses_are_not_even_enabled()
    {
        _options.InstrumentFilterPredicate = instrument => instrument.Meter == _meter && instrument.Name != "hidden";
        var hidden = _meter.CreateCounter<int>("hidden");
        var shown = _meter.CreateCounter<int>("shown");

        await CollectAsync();

        hidden.Enabled.ShouldBeFalse();
        shown.Enabled.ShouldBeTrue();
    }

    [Fact]
    public async Task Recording_from_many_threads_loses_nothing()
    {
        const int Threads = 4, Rounds = 50_000;
        var counter = _meter.CreateCounter<long>("hits");
        var histogram = _meter.CreateHistogram<double>("latency_seconds");
        await CollectAsync();

        using var start = new Barrier(Threads);
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            for (var i = 0; i < Rounds; i++)
                // 0.5 adds without rounding, so the sum is exact too.
                histogram.Record(0.5);
            for (var i = 0; i < Rounds; i++)
                counter.Add(1, new("kind", i % 7), new("source", "cache"));
        })).ToList();
        threads.ForEach(thread => thread.Start());
        while (threads.Any(thread => thread.IsAlive))
            await CollectAsync();

        var samples = (await CollectAsync()).Samples;
        samples["memory_node_latency_seconds_count"].ShouldBe(Threads * Rounds);
        samples["memory_node_latency_seconds_sum"].ShouldBe(Threads * Rounds * 0.5);
        var hits = samples.Where(sample => sample.Key.StartsWith("memory_node_hits{", StringComparison.Ordinal)).ToList();
        hits.Count.ShouldBe(7);
        hits.Sum(sample => sample.Value).ShouldBe(Threads * Rounds);
    }

    [Fact]
    public async Task Recording_known_tags_allocates_nothing()
    {
        var histogram = _meter.CreateHistogram<double>("seconds");
        object known = 200;
        await CollectAsync();
        Record();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Record();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Record()
        {
            histogram.Record(0.1);
            histogram.Record(0.1, new("route", "/v1"), new("status", known), new("method", "GET"));
        }
    }

    async Task<MetricsText> CollectAsync() => MetricsText.Parse(await CollectTextAsync());

    async Task<string> CollectTextAsync()
    {
        using var stream = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
