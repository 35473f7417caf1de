namespace DaprMemory.Router.Shards;

/// <summary>Takes the latencies of a shard's answers, for one interlocked addition each, and forgets them slice by slice.</summary>
internal sealed class LatencyWindow
{
    /// <summary>How many slices make the window.</summary>
    public const int Slices = 5;

    readonly int[][] _slices = [.. Enumerable.Range(0, Slices).Select(_ => new int[LatencySnapshot.Buckets])];
    volatile int _current;

    public void Record(TimeSpan latency) => Interlocked.Increment(ref _slices[_current][LatencySnapshot.BucketOf(latency)]);

    /// <summary>Ends a slice and begins the next in place of the oldest. Not for two threads at once.</summary>
    /// <returns>All slices' answers, the one that ended included.</returns>
    public LatencySnapshot Turn()
    {
        var counts = new int[LatencySnapshot.Buckets];
        foreach (var slice in _slices)
        {
            for (var bucket = 0; bucket < counts.Length; bucket++)
                counts[bucket] += Volatile.Read(ref slice[bucket]);
        }
        var next = (_current + 1) % Slices;
        Array.Clear(_slices[next]);
        _current = next;
        return new LatencySnapshot(counts);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        foreach (var slice in _slices)
            Array.Clear(slice);
    }
}
