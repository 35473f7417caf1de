using System.Diagnostics.Metrics;

namespace DaprMemory.Client.Transport;

/// <summary>Counts the appends that a client let go.</summary>
sealed class SwallowedAppends
{
    static readonly Meter Meter = new("memory_client");
    static readonly Counter<long> Total =
        Meter.CreateCounter<long>("swallowed_appends", description: "Appends to sessions that got no answer and were let go, as the client was told to");

    long _count;

    public long Count => Interlocked.Read(ref _count);

    public void Add()
    {
        Interlocked.Increment(ref _count);
        Total.Add(1);
    }
}
