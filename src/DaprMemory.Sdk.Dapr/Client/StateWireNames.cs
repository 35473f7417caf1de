namespace Dapr.Client;

/// <summary>How Dapr's HTTP API writes the modes.</summary>
internal static class StateWireNames
{
    public static string ToWire(this ConcurrencyMode mode) => mode switch
    {
        ConcurrencyMode.FirstWrite => "first-write",
        ConcurrencyMode.LastWrite => "last-write",
        _ => throw new ArgumentException($"{mode} Concurrency Mode is not supported.", nameof(mode)),
    };

    public static string ToWire(this ConsistencyMode mode) => mode switch
    {
        ConsistencyMode.Eventual => "eventual",
        ConsistencyMode.Strong => "strong",
        _ => throw new ArgumentException($"{mode} Consistency Mode is not supported.", nameof(mode)),
    };
}
