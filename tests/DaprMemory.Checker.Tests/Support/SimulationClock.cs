namespace DaprMemory.Checker.Tests.Support;

/// <summary>A clock that stands where the simulation is.</summary>
sealed class SimulationClock : TimeProvider
{
    public long Nanoseconds { get; set; } = 1;

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => Nanoseconds;
}
