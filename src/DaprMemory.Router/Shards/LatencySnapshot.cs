using System.Numerics;

namespace DaprMemory.Router.Shards;

/// <summary>How long a shard's answers took over the last window, counted in buckets each an eighth as wide as its lower bound.</summary>
internal sealed class LatencySnapshot
{
    /// <summary>How many buckets reach from one microsecond to two minutes; the last one takes all that is longer.</summary>
    public const int Buckets = 200;

    const int SubBits = 3;
    const long MaxMicroseconds = (1 << 27) - 1;

    readonly int[] _counts;

    public LatencySnapshot(int[] counts)
    {
        _counts = counts;
        Count = counts.Sum();
        Median = Quantile(0.5);
        P99 = Quantile(0.99);
    }

    /// <summary>What is known when nothing is.</summary>
    public static LatencySnapshot Empty { get; } = new(new int[Buckets]);

    public int Count { get; }

    /// <summary>Zero without answers.</summary>
    public TimeSpan Median { get; }

    /// <summary>Zero without answers.</summary>
    public TimeSpan P99 { get; }

    public static int BucketOf(TimeSpan latency)
    {
        var microseconds = (uint)Math.Clamp(latency.Ticks / TimeSpan.TicksPerMicrosecond, 0, MaxMicroseconds);
        var shift = Math.Max(0, BitOperations.Log2(microseconds) - SubBits);
        return (shift << SubBits) + (int)(microseconds >> shift);
    }

    /// <summary>How many answers took longer, by more than a bucket can't tell.</summary>
    public int CountAbove(TimeSpan latency)
    {
        var count = 0;
        foreach (var answers in _counts.AsSpan(BucketOf(latency) + 1))
            count += answers;
        return count;
    }

    TimeSpan Quantile(double part)
    {
        var left = (int)Math.Ceiling(Count * part);
        if (left == 0)
            return TimeSpan.Zero;
        var bucket = 0;
        while ((left -= _counts[bucket]) > 0)
            bucket++;
        return UpperBound(bucket);
    }

    static TimeSpan UpperBound(int bucket)
    {
        var shift = Math.Max(0, (bucket >> SubBits) - 1);
        return TimeSpan.FromMicroseconds((bucket - (shift << SubBits) + 1L) << shift);
    }
}
