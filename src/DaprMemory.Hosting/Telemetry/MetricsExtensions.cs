using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Prometheus;

namespace DaprMemory.Hosting.Telemetry;

/// <summary>Which instruments <c>/metrics</c> shows and how. The registry is the process', whatever number of services it has.</summary>
internal static class MetricsExtensions
{
    // prometheus-net drops a series that did not change for this long, and the next change begins again at zero: a count of what is
    // open now would be wrong for good. Its timers count milliseconds, so there is no "never"; this is what 31 bits of them hold.
    static readonly TimeSpan Forever = TimeSpan.FromDays(24);

    static readonly double[] SecondsBounds =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    static readonly double[] SizeBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    // Those that cost nothing per request: our own histograms tell of requests already.
    static readonly FrozenSet<string> KestrelInstruments = FrozenSet.Create("kestrel.active_connections", "kestrel.rejected_connections");

    public static void AddMemoryMetrics(this IServiceCollection services)
    {
        Metrics.SuppressDefaultMetrics(new SuppressDefaultMetricOptions
        {
            SuppressProcessMetrics = true,
            SuppressDebugMetrics = true,
            SuppressEventCounters = true,
        });
        Metrics.ConfigureMeterAdapter(options =>
        {
            options.InstrumentFilterPredicate = IsShown;
            options.ResolveHistogramBuckets = BoundsOf;
            options.MetricsExpireAfter = Forever;
        });
        services.AddHostedService<MetricsStart>();
    }

    internal static bool IsShown(Instrument instrument) => instrument.Meter.Name switch
    {
        "System.Runtime" => true,
        "Microsoft.AspNetCore.Server.Kestrel" => KestrelInstruments.Contains(instrument.Name),
        var meter => meter.StartsWith("memory_", StringComparison.Ordinal),
    };

    // An instrument's own advice comes first; neither implementation of the adapter looks at it.
    internal static double[] BoundsOf(Instrument instrument) =>
        instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
            Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
            Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
            { Unit: "s" } => SecondsBounds,
            _ when instrument.Name.EndsWith("_seconds", StringComparison.Ordinal) => SecondsBounds,
            _ when instrument.Name.EndsWith("_size", StringComparison.Ordinal) => SizeBounds,
            _ => MeterAdapterOptions.DefaultHistogramBuckets,
        };
}
