using System.Text.Json.Serialization;

namespace DaprMemory.Client;

/// <summary>Which turns of a session are remembered, and how.</summary>
public sealed record RememberOptions
{
    /// <summary>The first turn; null for all that have not been remembered yet. A memory that was deleted comes back only when its turn is named.</summary>
    public long? From { get; init; }

    /// <summary>The last turn; null for the newest.</summary>
    public long? To { get; init; }

    /// <summary>Only turns in these roles, 1 to 16; null for all.</summary>
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>The tags of the memories, 1 to 16; null for none.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>How much the memories matter, from 0 to 1; null: nobody says.</summary>
    public double? Importance { get; init; }

    /// <summary>How long the memories live, in whole seconds; null for ever.</summary>
    [JsonIgnore]
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>Who acts; null for the client's agent.</summary>
    [JsonIgnore]
    public string? Agent { get; init; }

    [JsonInclude]
    internal long? Ttl => (long?)TimeToLive?.TotalSeconds;
}
