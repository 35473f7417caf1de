using System.Text.Json.Serialization;

namespace DaprMemory.Router.Shards;

/// <summary>How <see cref="ClusterPage"/> is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClusterPage))]
internal sealed partial class ClusterJsonContext : JsonSerializerContext;
