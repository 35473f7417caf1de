using System.Diagnostics.Metrics;

namespace Prometheus;

/// <summary>Which instruments are shown, and how.</summary>
public sealed class MeterAdapterOptions
{
    /// <summary>The upper bounds of histograms for which nobody gives others: 0.01 and twice the one before, 25 in all.</summary>
    public static readonly double[] DefaultHistogramBuckets = [.. Enumerable.Range(0, 25).Select(i => (double)(0.01m * (1 << i)))];

    /// <summary>Whether an instrument is shown.</summary>
    /// <value>The default shows all.</value>
    public Func<Instrument, bool> InstrumentFilterPredicate { get; set; } = static _ => true;

    /// <summary>How long prometheus-net keeps a series that does not change. This implementation keeps all while the process lives.</summary>
    /// <value>A duration. The default is 5 minutes.</value>
    public TimeSpan MetricsExpireAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The upper bounds of a histogram's buckets, ascending; <c>+Inf</c> need not be among them.</summary>
    /// <value>The default gives <see cref="DefaultHistogramBuckets"/>.</value>
    public Func<Instrument, double[]> ResolveHistogramBuckets { get; set; } = static _ => DefaultHistogramBuckets;
}
