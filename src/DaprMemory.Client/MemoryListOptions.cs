using DaprMemory.Core.Spaces;

namespace DaprMemory.Client;

/// <summary>Which memories a list gives.</summary>
public sealed record MemoryListOptions
{
    /// <summary>Only ids that sort behind this one.</summary>
    public string? After { get; init; }

    /// <summary>Only memories with this tag.</summary>
    public string? Tag { get; init; }

    /// <summary>Only what was valid at this time.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>The version to list at; null for the newest.</summary>
    public long? At { get; init; }

    /// <summary>How many memories one request fetches, 1 to 1000.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>What the read is promised; null leaves it to the service (session).</summary>
    public ConsistencyLevel? Consistency { get; init; }

    /// <summary>Who acts; null for the client's agent.</summary>
    public string? Agent { get; init; }
}
