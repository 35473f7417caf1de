using System.Text.Json;
using System.Text.Json.Serialization;

namespace DaprMemory.Client.Transport;

/// <summary>What adding a memory gave.</summary>
sealed record AddBody(string Id, IReadOnlyList<MemorySimilarity>? Similar = null, bool Merged = false);

/// <summary>Several memories to be written.</summary>
sealed record BatchRequest(IReadOnlyList<NewMemory> Memories);

/// <summary>A page of memories.</summary>
sealed record MemoryPage(IReadOnlyList<StoredMemory> Items, long Version, string? Next = null);

/// <summary>The generated serializers of bodies about memories.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(NewMemory))]
[JsonSerializable(typeof(BatchRequest))]
[JsonSerializable(typeof(SearchOptions))]
[JsonSerializable(typeof(AddBody))]
[JsonSerializable(typeof(BatchResult.Committed), TypeInfoPropertyName = "Committed")]
[JsonSerializable(typeof(StoredMemory))]
[JsonSerializable(typeof(MemoryPage))]
[JsonSerializable(typeof(MemoryLinks))]
[JsonSerializable(typeof(SearchResult))]
[JsonSerializable(typeof(SpacesSearchResult))]
sealed partial class MemoryJsonContext : JsonSerializerContext;
