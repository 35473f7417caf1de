namespace DaprMemory.Service.Tests.Support;

/// <summary>A clock that stands still until it is told. Timers fire as time passes them.</summary>
internal sealed class ManualTime : TimeProvider
{
    readonly Lock _lock = new();
    readonly List<ManualTimer> _timers = [];
    DateTimeOffset _now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public void Advance(TimeSpan by)
    {
        ManualTimer[] due;
        lock (_lock)
        {
            _now += by;
            due = [.. _timers.Where(timer => timer.IsDue(_now))];
        }
        foreach (var timer in due)
            timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        DateTimeOffset? _due;
        TimeSpan _period;

        public bool IsDue(DateTimeOffset now) => _due <= now;

        public void Fire()
        {
            lock (time._lock)
                _due = _period > TimeSpan.Zero ? time._now + _period : null;
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool now;
            lock (time._lock)
            {
                _period = period;
                _due = dueTime < TimeSpan.Zero ? null : time._now + dueTime;
                now = dueTime == TimeSpan.Zero;
                if (!time._timers.Contains(this))
                    time._timers.Add(this);
            }
            if (now)
                Fire();
            return true;
        }

        public void Dispose()
        {
            lock (time._lock)
                time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
