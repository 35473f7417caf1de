using System.Collections.Concurrent;

namespace DaprMemory.LocalSidecar.Tests;

/// <summary>A clock that only moves when told, and then fires the timers that are due.</summary>
internal sealed class ManualTime : TimeProvider
{
    readonly ConcurrentQueue<ManualTimer> _timers = new();
    DateTimeOffset _now = new(2026, 11, 21, 2, 0, 0, 500, TimeSpan.Zero);

    /// <summary>How many timers were ever made.</summary>
    public int TimerCount => _timers.Count;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan time)
    {
        _now += time;
        foreach (var timer in _timers)
            timer.FireIfDue(_now);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(() => callback(state), _now + dueTime, period);
        _timers.Enqueue(timer);
        return timer;
    }

    sealed class ManualTimer(Action callback, DateTimeOffset due, TimeSpan period) : ITimer
    {
        DateTimeOffset _due = due;

        public void FireIfDue(DateTimeOffset now)
        {
            if (now < _due)
                return;
            _due = period > TimeSpan.Zero ? now + period : DateTimeOffset.MaxValue;
            callback();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException("no timer here is changed");

        public void Dispose() => _due = DateTimeOffset.MaxValue;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
