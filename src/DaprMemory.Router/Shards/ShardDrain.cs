namespace DaprMemory.Router.Shards;

/// <summary>A shard's time behind its successors: lets a few requests through as probes, and learns from them when it is over.</summary>
internal sealed class ShardDrain(TimeProvider time, TimeSpan probeInterval)
{
    const int ProbesToRecover = 5;

    readonly long _since = time.GetTimestamp();
    long _lastProbe = time.GetTimestamp();
    long _quickTicks;
    int _quickInARow;

    public bool IsOver => Volatile.Read(ref _quickInARow) >= ProbesToRecover;

    /// <summary>Sets what a quick answer is; it changes with the peers' latency.</summary>
    public void SetQuick(TimeSpan latency) => Volatile.Write(ref _quickTicks, latency.Ticks);

    /// <summary>Whether the shard gets one request now. True once in each interval.</summary>
    public bool TryProbe()
    {
        var last = Volatile.Read(ref _lastProbe);
        return time.GetElapsedTime(last) >= probeInterval && Interlocked.CompareExchange(ref _lastProbe, time.GetTimestamp(), last) == last;
    }

    /// <summary>Takes note of an answer. Those to requests from before the drain tell nothing of now.</summary>
    public void Note(long started, TimeSpan latency)
    {
        if (started < _since)
            return;
        if (latency.Ticks <= Volatile.Read(ref _quickTicks))
            Interlocked.Increment(ref _quickInARow);
        else
            Volatile.Write(ref _quickInARow, 0);
    }
}
