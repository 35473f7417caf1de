using System.Text.Json.Serialization;

namespace DaprMemory.Cli.Import;

/// <summary>What an imported turn has for metadata.</summary>
/// <param name="Turn">What the file calls it in its session.</param>
internal sealed record TurnMetadata(string? Turn);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TurnMetadata))]
internal sealed partial class ImportJson : JsonSerializerContext;
