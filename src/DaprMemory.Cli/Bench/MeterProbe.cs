using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace DaprMemory.Cli.Bench;

/// <summary>Listens to what the memory services in this process count about themselves.</summary>
internal sealed class MeterProbe : IDisposable
{
    /// <summary>What may be taken: from a commit to its effect on another node; one search of an index.</summary>
    public const string EventLag = "event_lag_seconds", IndexSearch = "index_search_seconds";

    const string NodeMeter = "memory_node";

    readonly MeterListener _listener = new();
    readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);
    readonly Lock _lock = new();
    readonly Dictionary<string, LatencyHistogram> _seconds = new() { [EventLag] = new(), [IndexSearch] = new() };

    public MeterProbe()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == NodeMeter && instrument.Name is EventLag or IndexSearch or "cache_hits" or "cache_misses")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, seconds, _, _) =>
        {
            lock (_lock)
                _seconds[instrument.Name].Record(TimeSpan.FromSeconds(Math.Max(0, seconds)));
        });
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
            _counts.AddOrUpdate(instrument.Name + (tags.Length > 0 ? $" {tags[0].Value}" : ""), count, (_, before) => before + count));
        _listener.Start();
    }

    /// <summary>What was measured since the last call.</summary>
    public LatencyHistogram Take(string name)
    {
        lock (_lock)
        {
            var taken = _seconds[name];
            _seconds[name] = new LatencyHistogram();
            return taken;
        }
    }

    /// <summary>Hits of a cache layer by its reads, since the last <see cref="ForgetHits"/>; NaN when it was never asked.</summary>
    public double HitRatio(string layer)
    {
        double hits = _counts.GetValueOrDefault($"cache_hits {layer}");
        return hits / (hits + _counts.GetValueOrDefault($"cache_misses {layer}"));
    }

    /// <summary>Counts hits and misses anew.</summary>
    public void ForgetHits() => _counts.Clear();

    public void Dispose() => _listener.Dispose();
}
