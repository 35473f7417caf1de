using System.Text.Json.Serialization;
using DaprMemory.Core.Memories;

namespace DaprMemory.Service.Memories;

/// <summary>A search as clients send it; not checked.</summary>
internal sealed record SearchBody
{
    public string? Query { get; init; }

    public string? Mode { get; init; }

    public int? Limit { get; init; }

    public double? MinScore { get; init; }

    public int? MaxTokens { get; init; }

    public SearchFilterBody? Filter { get; init; }

    public int? Context { get; init; }
}

/// <summary>What may be found, as clients send it; not checked.</summary>
internal sealed record SearchFilterBody
{
    public string[]? Tags { get; init; }

    public string[]? Agents { get; init; }

    public string? Session { get; init; }

    [JsonConverter(typeof(TimestampConverter))]
    public DateTimeOffset? From { get; init; }

    [JsonConverter(typeof(TimestampConverter))]
    public DateTimeOffset? To { get; init; }

    public double? MinImportance { get; init; }

    [JsonConverter(typeof(TimestampConverter))]
    public DateTimeOffset? AsOf { get; init; }

    public bool? IncludeInvalid { get; init; }
}
