namespace DaprMemory.Router.Tests.Hosts;

/// <summary>A clock that moves only when told, and then fires the timers that are due before it returns.</summary>
sealed class ManualTime : TimeProvider
{
    static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly Lock _gate = new();
    readonly List<ManualTimer> _timers = [];
    TimeSpan _now = TimeSpan.FromHours(1);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Start + Now();

    public override long GetTimestamp() => Now().Ticks;

    public void Advance(TimeSpan time)
    {
        ManualTimer[] due;
        lock (_gate)
        {
            _now += time;
            due = [.. _timers.Where(timer => timer.TryTake(_now))];
        }
        foreach (var timer in due)
            timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (_gate)
            _timers.Add(timer);
        return timer;
    }

    TimeSpan Now()
    {
        lock (_gate)
            return _now;
    }

    sealed class ManualTimer(ManualTime time, Action callback) : ITimer
    {
        TimeSpan _due = TimeSpan.MaxValue;
        TimeSpan _period;

        public bool TryTake(TimeSpan now)
        {
            if (now < _due)
                return false;
            _due = _period > TimeSpan.Zero ? now + _period : TimeSpan.MaxValue;
            return true;
        }

        public void Fire() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
                (_due, _period) = (dueTime < TimeSpan.Zero ? TimeSpan.MaxValue : time._now + dueTime, period);
            return true;
        }

        public void Dispose()
        {
            lock (time._gate)
                time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
