using System.Text.Json.Serialization;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Client;

/// <summary>How to search; what is null is left to the service.</summary>
public sealed record SearchOptions
{
    /// <summary>By what to find: <c>hybrid</c>, <c>keyword</c> or <c>vector</c>.</summary>
    public string? Mode { get; init; }

    /// <summary>The most hits, 1 to 100.</summary>
    public int? Limit { get; init; }

    /// <summary>The least score of a hit, from 0 to 1.</summary>
    public double? MinScore { get; init; }

    /// <summary>How many tokens the texts of all hits may have together.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>How many turns before and behind a hit come with it, 0 to 5.</summary>
    public int? Context { get; init; }

    /// <summary>Which memories may be found.</summary>
    public SearchFilter? Filter { get; init; }

    /// <summary>What the search is promised; null leaves it to the service (session).</summary>
    [JsonIgnore]
    public ConsistencyLevel? Consistency { get; init; }

    /// <summary>Who acts; null for the client's agent.</summary>
    [JsonIgnore]
    public string? Agent { get; init; }

    [JsonInclude]
    internal string? Query { get; init; }

    [JsonInclude]
    internal IReadOnlyList<string>? Spaces { get; init; }

    [JsonInclude]
    internal int? TimeoutMs { get; init; }
}
