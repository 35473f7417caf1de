using System.Numerics;

namespace DaprMemory.Cli.Bench;

/// <summary>Counts latencies in buckets no wider than 1/64 of their value, from 1 µs to half an hour. Not safe for concurrent use.</summary>
public sealed class LatencyHistogram
{
    const int SubBits = 6;
    const int SubBuckets = 1 << SubBits;

    readonly long[] _counts = new long[SubBuckets * (31 - SubBits + 2)];

    TimeSpan _sum;

    /// <summary>How many were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>Their mean.</summary>
    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : _sum / Count;

    /// <summary>Records one.</summary>
    public void Record(TimeSpan latency)
    {
        _counts[IndexOf((uint)Math.Clamp((long)latency.TotalMicroseconds, 0, int.MaxValue))]++;
        _sum += latency;
        Count++;
    }

    /// <summary>Takes over what another has recorded.</summary>
    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        _sum += other._sum;
        Count += other.Count;
    }

    /// <summary>The upper end of the bucket below which this share of the latencies lies.</summary>
    /// <param name="share">From 0 to 1.</param>
    public TimeSpan Quantile(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            if ((seen += _counts[i]) >= rank && Count > 0)
                return TimeSpan.FromMicroseconds(UpperEnd(i));
        }
        return TimeSpan.Zero;
    }

    static int IndexOf(uint value)
    {
        if (value < SubBuckets)
            return (int)value;
        var shift = BitOperations.Log2(value) - SubBits;
        return (shift + 1) * SubBuckets + (int)(value >> shift) - SubBuckets;
    }

    static long UpperEnd(int index)
    {
        if (index < SubBuckets)
            return index;
        var shift = index / SubBuckets - 1;
        return ((long)(index % SubBuckets + SubBuckets + 1) << shift) - 1;
    }
}
