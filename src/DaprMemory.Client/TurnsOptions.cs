using DaprMemory.Core.Spaces;

namespace DaprMemory.Client;

/// <summary>Which turns of a session are read.</summary>
public sealed record TurnsOptions
{
    /// <summary>Only the newest, so many: 1 to 1000.</summary>
    public int? Last { get; init; }

    /// <summary>Only the newest that have at most so many tokens together.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Give a summary of what <see cref="Last"/> and <see cref="MaxTokens"/> cut off.</summary>
    public bool Compact { get; init; }

    /// <summary>Only turns with smaller numbers: <see cref="TurnsPage.Next"/> of the page before. Not beside <see cref="Last"/> and <see cref="MaxTokens"/>.</summary>
    public long? Before { get; init; }

    /// <summary>How many turns a page has, 1 to 1000; null for 100. Not beside <see cref="Last"/> and <see cref="MaxTokens"/>.</summary>
    public int? Limit { get; init; }

    /// <summary>What the read is promised; null leaves it to the service (session).</summary>
    public ConsistencyLevel? Consistency { get; init; }

    /// <summary>Who acts; null for the client's agent.</summary>
    public string? Agent { get; init; }
}
