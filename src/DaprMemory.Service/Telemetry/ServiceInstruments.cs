using System.Diagnostics.Metrics;
using DaprMemory.Core.Spaces;
using DaprMemory.Service.Consistency;

namespace DaprMemory.Service.Telemetry;

/// <summary>How long calls on spaces take, in the meter of the memory node.</summary>
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

    public ServiceInstruments(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(MeterName);
        _reads = meter.CreateHistogram("read_latency_seconds", "s", "Time to answer a call that reads a space.", tags: null, Buckets);
        _writes = meter.CreateHistogram("write_latency_seconds", "s", "Time to answer a call that changes a space.", tags: null, Buckets);
    }

    /// <summary>Begins a measurement.</summary>
    public long Start() => _reads.Enabled ? _time.GetTimestamp() : 0;

    /// <summary>Ends it.</summary>
    public void Record(long started, string method, ConsistencyLevel level)
    {
        if (started != 0)
            (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? _reads : _writes)
                .Record(_time.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>(LevelTag, ConsistencyHeaders.NameOf(level)));
    }
}
