using System.Text;

namespace Prometheus;

/// <summary>Counts of observations by size, with their sum.</summary>
internal sealed class HistogramSeries : Series
{
    readonly double[] _bounds;
    readonly long[] _counts;
    readonly string[] _bucketHeads;
    readonly string _sumHead;
    readonly string _countHead;
    double _sum;

    public HistogramSeries(string name, string labels, double[] bounds)
    {
        _bounds = bounds;
        _counts = new long[bounds.Length];
        _bucketHeads = [.. bounds.Select(bound => PrometheusText.Head(name + "_bucket", labels, $"le=\"{PrometheusText.Number(bound)}\""))];
        _sumHead = PrometheusText.Head(name + "_sum", labels);
        _countHead = PrometheusText.Head(name + "_count", labels);
    }

    public override void Add(double value)
    {
        if (double.IsNaN(value))
            return;
        // The last bound is +Inf, so there is always one.
        var bucket = 0;
        while (value > _bounds[bucket])
            bucket++;
        Interlocked.Increment(ref _counts[bucket]);
        Add(ref _sum, value);
    }

    public override void Set(double value) => throw new NotSupportedException("No observable instrument is a histogram.");

    public override void Write(StringBuilder text)
    {
        var total = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            total += Volatile.Read(ref _counts[i]);
            PrometheusText.AppendSample(text, _bucketHeads[i], total);
        }
        PrometheusText.AppendSample(text, _sumHead, Volatile.Read(ref _sum));
        PrometheusText.AppendSample(text, _countHead, total);
    }
}
