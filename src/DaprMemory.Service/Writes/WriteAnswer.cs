using System.Text.Json.Serialization;

namespace DaprMemory.Service.Writes;

/// <summary>What a change of one record gave.</summary>
/// <param name="Key">The record.</param>
/// <param name="ETag">Its new ETag.</param>
/// <param name="Version">The space's version that holds it.</param>
internal sealed record WriteAnswer(string Key, [property: JsonPropertyName("etag")] string ETag, long Version);
