using System.Diagnostics.Metrics;
using DaprMemory.Service.Telemetry;

namespace DaprMemory.Service.Events;

/// <summary>What became of the events that were delivered, and how long the broker took, in the meter of the memory node.</summary>
internal sealed class EventInstruments
{
    /// <summary>The tag that tells what became of an event: <c>applied</c>, <c>dropped</c> or <c>failed</c>.</summary>
    public const string OutcomeTag = "outcome";

    static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60],
    };

    readonly TimeProvider _time;
    readonly Counter<long> _events;
    readonly Histogram<double> _delivery;

    public EventInstruments(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(ServiceInstruments.MeterName);
        _events = meter.CreateCounter<long>("events", description: "Events of commits that were delivered to this node.");
        _delivery = meter.CreateHistogram(
            "event_delivery_seconds", "s", "From the publication of a commit, by the publisher's clock, until its event was handled here.", tags: null, Buckets);
    }

    /// <summary>Counts an event that was handled, and how long ago it was published.</summary>
    public void RecordApplied(DateTimeOffset published)
    {
        Record("applied");
        // Clocks differ a little between nodes.
        if (published != default && _delivery.Enabled)
            _delivery.Record(Math.Max(0, (_time.GetUtcNow() - published).TotalSeconds));
    }

    /// <summary>Counts an event that made no sense.</summary>
    public void RecordDropped() => Record("dropped");

    /// <summary>Counts an event whose handling failed.</summary>
    public void RecordFailed() => Record("failed");

    void Record(string outcome) => _events.Add(1, new KeyValuePair<string, object?>(OutcomeTag, outcome));
}
