using DaprMemory.Core.Spaces;

namespace DaprMemory.Client;

/// <summary>How a call reads.</summary>
public sealed record ReadOptions
{
    /// <summary>The version to read at; null for the newest.</summary>
    public long? At { get; init; }

    /// <summary>What the read is promised; null leaves it to the service (session).</summary>
    public ConsistencyLevel? Consistency { get; init; }

    /// <summary>Who acts; null for the client's agent.</summary>
    public string? Agent { get; init; }
}
