using System.Text.Json.Serialization;
using DaprMemory.Core.Search;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Memories;

/// <summary>A long-term memory: the value of a record of kind <see cref="RecordKind.Memory"/>.</summary>
/// <param name="Text">What is remembered.</param>
/// <param name="Agent">Who said or wrote it.</param>
/// <param name="At">When it was said or written.</param>
public sealed record Memory(
    [property: JsonPropertyName("text")] string Text,
    [property: JsonPropertyName("agent")] string Agent,
    [property: JsonPropertyName("at"), JsonConverter(typeof(TimestampConverter))] DateTimeOffset At)
{
    /// <summary>The longest text, in bytes of UTF-8.</summary>
    public const int MaxTextBytes = 64 * 1024;

    /// <summary>The tags, or null for none. They are the record's, too.</summary>
    [JsonPropertyName("tags")]
    public string[]? Tags { get; init; }

    /// <summary>How much it matters, from 0 to 1; null: nobody said.</summary>
    [JsonPropertyName("importance")]
    public double? Importance { get; init; }

    /// <summary>The conversation that it comes from, or null.</summary>
    [JsonPropertyName("source")]
    public MemorySource? Source { get; init; }

    /// <summary>When what it says began to be true; null for always.</summary>
    [JsonPropertyName("validFrom"), JsonConverter(typeof(TimestampConverter))]
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>When what it says ceased to be true; null for not yet.</summary>
    [JsonPropertyName("validTo"), JsonConverter(typeof(TimestampConverter))]
    public DateTimeOffset? ValidTo { get; init; }

    /// <summary>The links to other memories, or null for none.</summary>
    [JsonPropertyName("links")]
    public IReadOnlyList<MemoryLink>? Links { get; init; }

    /// <summary>The memory whose validity it ended; null for none.</summary>
    [JsonPropertyName("supersedes")]
    public string? Supersedes { get; init; }

    /// <summary>The memory that ended its validity; null for none.</summary>
    [JsonPropertyName("supersededBy")]
    public string? SupersededBy { get; init; }

    /// <summary>A JSON value that agents keep with it, or null.</summary>
    [JsonPropertyName("metadata"), JsonConverter(typeof(RawJsonConverter))]
    public ReadOnlyMemory<byte>? Metadata { get; init; }

    /// <summary>Whether what it says was true at a time.</summary>
    public bool IsValid(DateTimeOffset at) => !(ValidFrom > at) && !(ValidTo <= at);

    /// <summary>The same memory, superseded: what it says ceased to be true when the new one began to be, unless it had before.</summary>
    /// <param name="by">The new one's id.</param>
    /// <param name="at">When that began to be true.</param>
    public Memory Close(string by, DateTimeOffset at) => this with { ValidTo = ValidTo <= at ? ValidTo : at, SupersededBy = by };

    /// <summary>The memory as an index sees it.</summary>
    internal MemoryDocument ToDocument(string id, in RecordInfo record)
    {
        string[] links = [.. (Links ?? []).Select(link => link.To), .. Supersedes is { } old ? [old] : Array.Empty<string>()];
        var document = new MemoryDocument(id, record.ETag, Text, Agent, At)
        {
            Tags = Tags,
            Session = Source?.Session,
            Turn = Source?.Turn,
            ValidFrom = ValidFrom,
            ValidTo = ValidTo,
            ExpiresAt = record.ExpiresAt,
            Links = links.Length > 0 ? links : null,
        };
        return Importance is { } importance ? document with { Importance = importance } : document;
    }
}
