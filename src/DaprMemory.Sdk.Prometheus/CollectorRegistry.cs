using System.Collections.Concurrent;
using System.Text;

namespace Prometheus;

/// <summary>The metric families of a process, and their text form.</summary>
public sealed class CollectorRegistry
{
    readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    readonly Lazy<MeterAdapter> _adapter;
    readonly Lock _gate = new();

    internal CollectorRegistry(Func<CollectorRegistry, MeterAdapter> startAdapter) => _adapter = new(() => startAdapter(this));

    /// <summary>Writes the present values of all metrics in Prometheus' text format.</summary>
    /// <param name="to">Where to; it stays open.</param>
    /// <param name="cancel">Ends the writing.</param>
    public async Task CollectAndExportAsTextAsync(Stream to, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        await to.WriteAsync(Encoding.UTF8.GetBytes(Collect()), cancel).ConfigureAwait(false);
    }

    /// <summary>The family of this name; null if there is one of another kind, because a name has one type on the wire.</summary>
    internal MetricFamily? GetFamily(string name, string help, double[]? bounds)
    {
        var family = _families.GetOrAdd(name, static (name, arg) => new MetricFamily(name, arg.help, arg.bounds), (help, bounds));
        return family.IsHistogram == bounds is not null ? family : null;
    }

    string Collect()
    {
        // One collection at a time: observable instruments are asked once for each.
        lock (_gate)
        {
            _adapter.Value.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (var family in _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal))
                family.Write(text);
            return text.ToString();
        }
    }
}
