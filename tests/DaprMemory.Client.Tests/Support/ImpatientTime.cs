namespace DaprMemory.Client.Tests.Support;

/// <summary>A clock whose pauses are over at once, and are kept. Time limits, an hour or longer here, never run out.</summary>
public sealed class ImpatientTime : TimeProvider
{
    static readonly TimeSpan Limit = TimeSpan.FromHours(1);
    readonly List<TimeSpan> _pauses = [];

    public static MemoryClientOptions Options(ImpatientTime time) => new() { TimeProvider = time, AttemptTimeout = Limit, Random = new NoRandom() };

    public IReadOnlyList<TimeSpan> Pauses
    {
        get
        {
            lock (_pauses)
                return [.. _pauses];
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime >= Limit || dueTime < TimeSpan.Zero)
            return new Timer();
        lock (_pauses)
            _pauses.Add(dueTime);
        ThreadPool.QueueUserWorkItem(_ => callback(state));
        return new Timer();
    }

    sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>No jitter: what the random part takes off is nothing.</summary>
    sealed class NoRandom : Random
    {
        public override double NextDouble() => 0;
    }
}
