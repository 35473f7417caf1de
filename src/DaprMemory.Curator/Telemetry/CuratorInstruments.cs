using System.Diagnostics.Metrics;
using DaprMemory.Curator.Tenants;

namespace DaprMemory.Curator.Telemetry;

/// <summary>What the curator does, in a meter of its own. Names join with the meter's: <c>memory_curator_passes</c>.</summary>
internal sealed class CuratorInstruments
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "memory_curator";

    readonly Counter<long> _passes;
    readonly Histogram<double> _seconds;
    readonly Counter<long> _spaces;
    readonly Counter<long> _starts;

    public CuratorInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _passes = meter.CreateCounter<long>("passes", description: "Stretches of work for one tenant.");
        _seconds = meter.CreateHistogram<double>("pass_seconds", "s", "How long they took.");
        _spaces = meter.CreateCounter<long>("spaces", description: "Spaces that needed something.");
        _starts = meter.CreateCounter<long>("tenant_starts", description: "Attempts to give a tenant its reminders.");
    }

    /// <summary>Counts a stretch of work.</summary>
    public void RecordPass(string duty, PassEnd end, TimeSpan time)
    {
        var dutyTag = new KeyValuePair<string, object?>("duty", duty);
        _passes.Add(1, dutyTag, new("end", end switch { PassEnd.Complete => "complete", PassEnd.Interrupted => "interrupted", _ => "failed" }));
        _seconds.Record(time.TotalSeconds, dutyTag);
    }

    /// <summary>Counts a space that needed something.</summary>
    /// <param name="duty">The duty.</param>
    /// <param name="outcome">What became of it: <c>done</c>, <c>unavailable</c> or <c>corrupt</c>.</param>
    public void RecordSpace(string duty, string outcome) => _spaces.Add(1, new("duty", duty), new("outcome", outcome));

    /// <summary>Counts an attempt to give a tenant its reminders.</summary>
    public void RecordStart(bool isDone) => _starts.Add(1, new KeyValuePair<string, object?>("outcome", isDone ? "done" : "failed"));
}
