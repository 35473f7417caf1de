namespace DaprMemory.Core.Tests;

/// <summary>A clock that tests set. Timers run in real time.</summary>
sealed class TestClock : TimeProvider
{
    long _ms = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref _ms));

    public override long TimestampFrequency => 1000;

    public override long GetTimestamp() => Interlocked.Read(ref _ms);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ms, (long)time.TotalMilliseconds);
}
