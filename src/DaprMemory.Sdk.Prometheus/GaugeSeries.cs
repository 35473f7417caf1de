using System.Text;

namespace Prometheus;

/// <summary>One number. Counters are shown as gauges, as prometheus-net shows them: a meter that is made anew begins at zero again.</summary>
internal sealed class GaugeSeries(string name, string labels) : Series
{
    readonly string _head = PrometheusText.Head(name, labels);
    double _value;

    public override void Add(double value) => Add(ref _value, value);

    public override void Set(double value) => Volatile.Write(ref _value, value);

    public override void Write(StringBuilder text) => PrometheusText.AppendSample(text, _head, Volatile.Read(ref _value));
}
