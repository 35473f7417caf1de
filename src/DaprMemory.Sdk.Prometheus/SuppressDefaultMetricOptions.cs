namespace Prometheus;

/// <summary>Which of the metrics that prometheus-net adds on its own are left out. This implementation adds none of them.</summary>
public sealed class SuppressDefaultMetricOptions
{
    /// <summary>Those of the process (memory, handles, …), which the meter <c>System.Runtime</c> has too.</summary>
    public bool SuppressProcessMetrics { get; set; }

    /// <summary>Those of the library itself.</summary>
    public bool SuppressDebugMetrics { get; set; }

    /// <summary>Those of .NET's event counters, the predecessors of meters.</summary>
    public bool SuppressEventCounters { get; set; }
}
