using System.Text.Json.Serialization;
using DaprMemory.Core.Memories;

namespace DaprMemory.Client;

/// <summary>A memory to be added or set.</summary>
/// <param name="Text">What is remembered, at most 64 KiB.</param>
public sealed record NewMemory(string Text)
{
    /// <summary>Its id; null: that of its text, so that the same text is the same memory.</summary>
    public string? Id { get; init; }

    /// <summary>Who said it; null for who sends it.</summary>
    public string? Agent { get; init; }

    /// <summary>When it was said; null for now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Its tags, or null for none.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>How much it matters, from 0 to 1.</summary>
    public double? Importance { get; init; }

    /// <summary>The conversation that it comes from.</summary>
    public MemorySource? Source { get; init; }

    /// <summary>When what it says began to be true.</summary>
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>When what it says ceased to be true.</summary>
    public DateTimeOffset? ValidTo { get; init; }

    /// <summary>Its links to other memories.</summary>
    public IReadOnlyList<MemoryLink>? Links { get; init; }

    /// <summary>The memory whose validity it ends.</summary>
    public string? Supersedes { get; init; }

    /// <summary>Its life in whole seconds; null for ever.</summary>
    [JsonIgnore]
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>A JSON value to be kept with it, UTF-8.</summary>
    [JsonConverter(typeof(RawJsonConverter))]
    public ReadOnlyMemory<byte>? Metadata { get; init; }

    [JsonInclude]
    internal string? Op { get; init; }

    [JsonInclude]
    internal long? Ttl => (long?)TimeToLive?.TotalSeconds;
}
