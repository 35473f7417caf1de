using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Prometheus;

/// <summary>
/// Feeds a registry from the process' instruments, named as prometheus-net names them: the meter's name, <c>_</c>, the instrument's.
/// An instrument of a type that prometheus-net 8.2 does not know (<see cref="Gauge{T}"/>) is not shown here either.
/// </summary>
internal sealed class MeterAdapter : IDisposable
{
    readonly CollectorRegistry _registry;
    readonly MeterAdapterOptions _options;
    readonly MeterListener _listener = new();

    public MeterAdapter(CollectorRegistry registry, MeterAdapterOptions options)
    {
        _registry = registry;
        _options = options;
        _listener.InstrumentPublished = OnPublished;
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => Record(state, (double)value, tags));
        _listener.Start();
    }

    public void RecordObservableInstruments()
    {
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException exception)
        {
            // Somebody's callback threw; the listener has asked all others, and they are worth showing.
            Trace.TraceError("Observable instruments failed: {0}", exception);
        }
    }

    public void Dispose() => _listener.Dispose();

    static void Record(object? recorder, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((InstrumentRecorder)recorder!).Record(value, tags);

    void OnPublished(Instrument instrument, MeterListener listener)
    {
        if (!_options.InstrumentFilterPredicate(instrument) || !instrument.GetType().IsGenericType)
            return;
        var type = instrument.GetType().GetGenericTypeDefinition();
        var isHistogram = type == typeof(Histogram<>);
        var adds = isHistogram || type == typeof(Counter<>) || type == typeof(UpDownCounter<>);
        if (!adds && !instrument.IsObservable)
            return;
        var bounds = isHistogram ? WithInfinity(_options.ResolveHistogramBuckets(instrument)) : null;
        if (_registry.GetFamily(PrometheusText.ToName($"{instrument.Meter.Name}_{instrument.Name}"), HelpOf(instrument), bounds) is { } family)
            listener.EnableMeasurementEvents(instrument, new InstrumentRecorder(family, adds));
    }

    static string HelpOf(Instrument instrument) =>
        $"{(string.IsNullOrWhiteSpace(instrument.Unit) ? "" : $"({instrument.Unit}) ")}{instrument.Description} ({instrument.GetType().Name})";

    static double[] WithInfinity(double[] bounds) =>
        bounds is [.., double.PositiveInfinity] ? bounds : [.. bounds, double.PositiveInfinity];
}
