using System.Text.Json.Serialization;

namespace DaprMemory.LocalSidecar.Brokers;

/// <summary>A published message: the bytes that subscribers get, and what is known of them without reading them.</summary>
internal sealed record BrokerMessage
{
    const int OverheadBytes = 256;

    [JsonIgnore]
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether the body is the publisher's own and not a CloudEvent.</summary>
    public bool IsRaw { get; init; }

    /// <summary>The trace that it belongs to, as W3C text.</summary>
    public string? TraceParent { get; init; }

    /// <summary>After this it is no longer delivered; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The publish metadata, which reaches the app as headers; names in any case.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Messages of one key stay in order in a group of <see cref="SubscribeType.KeyShared"/>.</summary>
    [JsonIgnore]
    public string? Key => Metadata?.GetValueOrDefault("partitionKey");

    /// <summary>About how much memory it takes while it waits.</summary>
    [JsonIgnore]
    public int Bytes => Body.Length + OverheadBytes;
}
