using System.Text.Json.Serialization;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Sessions;

/// <summary>A session as its space's log knows it. It is committed when the session begins, and then only now and then: never once a turn.</summary>
internal sealed record SessionRecord
{
    /// <summary>The blocks that a session has room for when it begins.</summary>
    public const long FirstRoom = 64;

    /// <summary>Drawn by whoever began the session; a later session under the same name has another.</summary>
    [JsonPropertyName("generation")]
    public required Guid Generation { get; init; }

    /// <summary>How long it is kept behind its last turn.</summary>
    [JsonPropertyName("retentionSeconds")]
    public required long RetentionSeconds { get; init; }

    /// <summary>No block has a greater number. Doubled, and committed, before one would: so the last one lies in the upper half.</summary>
    [JsonPropertyName("room")]
    public long Room { get; init; } = FirstRoom;

    /// <summary>How many turns there were when this was committed.</summary>
    [JsonPropertyName("turns")]
    public long Turns { get; init; }

    /// <summary>Every block was written, or given its time to live again, at this time or later.</summary>
    [JsonPropertyName("refreshedAt")]
    public required DateTimeOffset RefreshedAt { get; init; }

    /// <summary>The turns that have been remembered; null for none.</summary>
    [JsonPropertyName("remembered"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TurnRange>? Remembered { get; init; }

    /// <summary>Those that were remembered together with this record: what a repeat of that request is told.</summary>
    [JsonPropertyName("lastRemembered"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TurnRange? LastRemembered { get; init; }

    /// <summary>Facts have been drawn from the turns up to this one.</summary>
    [JsonPropertyName("extracted"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Extracted { get; init; }

    [JsonIgnore]
    public TimeSpan Retention => TimeSpan.FromSeconds(RetentionSeconds);

    /// <summary>How long the record lives from each of its commits on: a little longer than it has to, so that not every turn must renew it.</summary>
    [JsonIgnore]
    public TimeSpan Life => Retention + (Retention / 16);

    /// <summary>With less than this left, the record is renewed before a turn is appended.</summary>
    [JsonIgnore]
    public TimeSpan ShortestRest => Retention + (Retention / 32);

    /// <summary>How long a block lives. Blocks are renewed when half the retention has passed, so none is gone before its session is.</summary>
    [JsonIgnore]
    public TimeSpan BlockLife => Retention * 2;
}

/// <summary>A session's record as it stands in the log.</summary>
/// <param name="Record">Its value.</param>
/// <param name="ETag">The place of its last change.</param>
/// <param name="ExpiresAt">When the session ceases to exist, unless a turn is added.</param>
internal sealed record SessionEntry(SessionRecord Record, ETag ETag, DateTimeOffset ExpiresAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SessionRecord))]
internal sealed partial class SessionJson : JsonSerializerContext;
