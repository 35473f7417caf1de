using DaprMemory.Core.State;

namespace DaprMemory.Client;

/// <summary>How a call writes.</summary>
public sealed record WriteOptions
{
    /// <summary>The record must have this ETag.</summary>
    public ETag? IfMatch { get; init; }

    /// <summary>The record must not exist.</summary>
    public bool IfAbsent { get; init; }

    /// <summary>The record's life in whole seconds; null for ever (a patch: as it was).</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>The record's tags; null for none (a patch: as they were).</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Who acts; null for the client's agent.</summary>
    public string? Agent { get; init; }

    /// <summary>Names this write, so that sending it again does not do it again: 1 to 128 visible ASCII characters. Null for a new one.</summary>
    public string? IdempotencyKey { get; init; }
}
