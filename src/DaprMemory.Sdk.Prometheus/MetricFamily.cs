using System.Collections.Concurrent;
using System.Text;

namespace Prometheus;

/// <summary>All series of one metric name.</summary>
internal sealed class MetricFamily
{
    readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);
    readonly string _header;
    readonly double[]? _bounds;

    public MetricFamily(string name, string help, double[]? bounds)
    {
        Name = name;
        _bounds = bounds;
        _header = $"# HELP {name} {PrometheusText.EscapeHelp(help)}\n# TYPE {name} {(IsHistogram ? "histogram" : "gauge")}\n";
    }

    public string Name { get; }

    public bool IsHistogram => _bounds is not null;

    public Series GetSeries(string labels) =>
        _series.GetOrAdd(labels, static (labels, family) => family.CreateSeries(labels), this);

    public void Write(StringBuilder text)
    {
        if (_series.IsEmpty)
            return;
        text.Append(_header);
        foreach (var series in _series.Values)
            series.Write(text);
    }

    Series CreateSeries(string labels) => _bounds is null ? new GaugeSeries(Name, labels) : new HistogramSeries(Name, labels, _bounds);
}
