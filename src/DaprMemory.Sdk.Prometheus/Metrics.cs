namespace Prometheus;

/// <summary>The process' metrics: what prometheus-net's class of this name does for the instruments of <c>System.Diagnostics.Metrics</c>.</summary>
public static class Metrics
{
    static Action<MeterAdapterOptions> _configureMeterAdapter = static _ => { };

    /// <summary>The registry that <c>/metrics</c> shows. It begins to listen to instruments when it is first collected.</summary>
    public static CollectorRegistry DefaultRegistry { get; } = new(StartMeterAdapter);

    /// <summary>Says which instruments are shown and how. Has an effect only before <see cref="DefaultRegistry"/> is first collected.</summary>
    /// <param name="callback">Changes the options.</param>
    public static void ConfigureMeterAdapter(Action<MeterAdapterOptions> callback) => _configureMeterAdapter = callback;

    /// <summary>Leaves out metrics that prometheus-net adds on its own. This implementation adds none.</summary>
    /// <param name="options">Which ones.</param>
    public static void SuppressDefaultMetrics(SuppressDefaultMetricOptions options) => ArgumentNullException.ThrowIfNull(options);

    static MeterAdapter StartMeterAdapter(CollectorRegistry registry)
    {
        var options = new MeterAdapterOptions();
        _configureMeterAdapter(options);
        return new MeterAdapter(registry, options);
    }
}
