using DaprMemory.Core.Spaces;

namespace DaprMemory.Client;

/// <summary>Which records a list gives.</summary>
public sealed record ListOptions
{
    /// <summary>Only keys that begin with this.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Only keys that sort behind this one.</summary>
    public string? After { get; init; }

    /// <summary>How many records one request fetches, 1 to 1000.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>The version to list at; null for the newest.</summary>
    public long? At { get; init; }

    /// <summary>What the read is promised; null leaves it to the service (session).</summary>
    public ConsistencyLevel? Consistency { get; init; }

    /// <summary>Who acts; null for the client's agent.</summary>
    public string? Agent { get; init; }
}
