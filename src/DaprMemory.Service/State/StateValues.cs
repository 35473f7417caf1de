using System.Text.Json.Serialization;
using DaprMemory.Service.Commits;

namespace DaprMemory.Service.State;

/// <summary>Several values of a space, all at one version.</summary>
/// <param name="Version">The version they were read at.</param>
/// <param name="Items">One for each key, in the order of the request.</param>
/// <param name="Left">The keys whose values had no room in this answer; to be read with <c>at</c>, the version. Absent when there are none.</param>
internal sealed record StateValues(long Version, IReadOnlyList<StateValue> Items, IReadOnlyList<string>? Left);

/// <summary>A record with its value, or the key of one that does not exist.</summary>
/// <param name="Key">Its key.</param>
/// <param name="ETag">Its ETag; absent when there is no such record.</param>
/// <param name="Value">Its value as it was put; absent when there is no such record.</param>
internal sealed record StateValue(string Key, [property: JsonPropertyName("etag")] string? ETag, RawJson? Value);
