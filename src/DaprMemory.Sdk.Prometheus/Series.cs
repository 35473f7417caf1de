using System.Text;

namespace Prometheus;

/// <summary>One metric name with one set of labels. Recording takes no lock.</summary>
internal abstract class Series
{
    /// <summary>Takes an increment or an observation.</summary>
    public abstract void Add(double value);

    /// <summary>Takes the present value.</summary>
    public abstract void Set(double value);

    public abstract void Write(StringBuilder text);

    protected static void Add(ref double target, double value)
    {
        var seen = Volatile.Read(ref target);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref target, seen + value, seen);
            // By bits: a NaN equals nothing, not even what was just read.
            if (BitConverter.DoubleToInt64Bits(before) == BitConverter.DoubleToInt64Bits(seen))
                return;
            seen = before;
        }
    }
}
