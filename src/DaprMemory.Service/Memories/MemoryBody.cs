using System.Text.Json.Serialization;
using DaprMemory.Core.Memories;

namespace DaprMemory.Service.Memories;

/// <summary>A memory as clients send it; not checked.</summary>
internal record MemoryBody
{
    public string? Id { get; init; }

    public string? Text { get; init; }

    public string? Agent { get; init; }

    [JsonConverter(typeof(TimestampConverter))]
    public DateTimeOffset? At { get; init; }

    public string[]? Tags { get; init; }

    public double? Importance { get; init; }

    public MemorySource? Source { get; init; }

    [JsonConverter(typeof(TimestampConverter))]
    public DateTimeOffset? ValidFrom { get; init; }

    [JsonConverter(typeof(TimestampConverter))]
    public DateTimeOffset? ValidTo { get; init; }

    public MemoryLink[]? Links { get; init; }

    public string? Supersedes { get; init; }

    public string? SupersededBy { get; init; }

    public long? Ttl { get; init; }

    [JsonConverter(typeof(RawJsonConverter))]
    public ReadOnlyMemory<byte>? Metadata { get; init; }
}

/// <summary>A memory of a batch, not checked.</summary>
internal sealed record BatchItemBody : MemoryBody
{
    public string? Op { get; init; }
}

/// <summary>A batch, not checked.</summary>
internal sealed record BatchBody
{
    public BatchItemBody[]? Memories { get; init; }
}

/// <summary>How bodies about memories are read: what is misspelt or given twice is refused, never ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(MemoryBody))]
[JsonSerializable(typeof(BatchBody))]
[JsonSerializable(typeof(SearchBody))]
internal sealed partial class MemoryBodyJson : JsonSerializerContext;
