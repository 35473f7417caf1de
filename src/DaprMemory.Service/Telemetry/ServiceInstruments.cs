using System.Diagnostics.Metrics;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Telemetry;

/// <summary>How long calls on spaces take and whether they get their level, in the meter of the memory node.</summary>
internal sealed class ServiceInstruments
{
    /// <summary>The meter's name, shared with the core; metric names begin with it.</summary>
    public const string MeterName = "memory_node";

    /// <summary>The tag that tells levels apart.</summary>
    public const string LevelTag = "level";

    static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries = [.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10],
    };

    readonly TimeProvider _time;
    readonly Histogram<double> _reads;
    readonly Histogram<double> _writes;
    readonly Histogram<double> _staleness;
    readonly Counter<long> _misses;
    readonly Counter<long> _suppressed;
    readonly UpDownCounter<int> _watchers;

    public ServiceInstruments(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(MeterName);
        _reads = meter.CreateHistogram("read_latency_seconds", "s", "Time to answer a call that reads a space.", tags: null, Buckets);
        _writes = meter.CreateHistogram("write_latency_seconds", "s", "Time to answer a call that changes a space.", tags: null, Buckets);
        _staleness = meter.CreateHistogram("staleness_seconds", "s", "Age of the views that eventual answers were served from.", tags: null, Buckets);
        _misses = meter.CreateCounter<long>("level_misses", description: "Calls whose level could not be met.");
        _suppressed = meter.CreateCounter<long>("suppressed_writes", description: "Calls that change a space and were answered 503: clients in resilient mode go on without them.");
        _watchers = meter.CreateUpDownCounter<int>("watchers", description: "Clients that watch a space.");
    }

    /// <summary>Begins a measurement.</summary>
    public long Start() => _reads.Enabled ? _time.GetTimestamp() : 0;

    /// <summary>Ends it.</summary>
    /// <param name="started">What <see cref="Start"/> gave.</param>
    /// <param name="kind">What the call does.</param>
    /// <param name="response">Its answer, which says what level was given.</param>
    /// <param name="asked">The level that was asked for, in case it does not.</param>
    public void Record(long started, CallKind kind, HttpResponse response, ConsistencyLevel asked)
    {
        if (started == 0)
            return;
        var level = response.Headers[MemoryHeaders.Consistency] is [{ } given] ? given : ConsistencyHeaders.NameOf(asked);
        (kind == CallKind.Read ? _reads : _writes).Record(_time.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>(LevelTag, level));
    }

    /// <summary>Notes how old the view of an eventual answer may be.</summary>
    public void RecordStaleness(TimeSpan staleness) => _staleness.Record(staleness.TotalSeconds);

    /// <summary>Counts a call whose level could not be met.</summary>
    public void RecordMiss(ConsistencyLevel level) => _misses.Add(1, new KeyValuePair<string, object?>(LevelTag, ConsistencyHeaders.NameOf(level)));

    /// <summary>Counts a call that was to change something, and whose caller learns only that it may not have.</summary>
    public void CountSuppressed() => _suppressed.Add(1);

    /// <summary>Counts a client that begins to watch, or one that ends.</summary>
    public void CountWatcher(int change) => _watchers.Add(change);
}
