using System.Text.Json.Serialization;

namespace DaprMemory.Service.Sessions;

/// <summary>What a client wants to be remembered; not checked.</summary>
internal sealed record RememberBody
{
    public long? From { get; init; }

    public long? To { get; init; }

    public string[]? Roles { get; init; }

    public string[]? Tags { get; init; }

    public double? Importance { get; init; }

    public long? Ttl { get; init; }
}

/// <summary>How such a body is read: what is misspelt or given twice is refused, never ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(RememberBody))]
internal sealed partial class RememberBodyJson : JsonSerializerContext;
