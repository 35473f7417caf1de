using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace DaprMemory.Cli.Bench;

/// <summary>Listens to what the memory services in this process count about themselves.</summary>
internal sealed class MeterProbe : IDisposable
{
    const string NodeMeter = "memory_node";

    readonly MeterListener _listener = new();
    readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);
    readonly Lock _lock = new();
    LatencyHistogram _eventLag = new();

    public MeterProbe()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == NodeMeter && instrument.Name is "event_lag_seconds" or "cache_hits" or "cache_misses")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, _, _) =>
        {
            lock (_lock)
                _eventLag.Record(TimeSpan.FromSeconds(Math.Max(0, seconds)));
        });
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
            _counts.AddOrUpdate(instrument.Name + (tags.Length > 0 ? $" {tags[0].Value}" : ""), count, (_, before) => before + count));
        _listener.Start();
    }

    /// <summary>The event lags since the last call.</summary>
    public LatencyHistogram TakeEventLag()
    {
        lock (_lock)
            return Interlocked.Exchange(ref _eventLag, new LatencyHistogram());
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
