using System.Text.Json;

namespace DaprMemory.Client;

/// <summary>One changed record.</summary>
/// <param name="Kind">What the record is, as the log names it: <c>state</c>, <c>memory</c>, …</param>
/// <param name="Key">Its key.</param>
/// <param name="Deleted">The change is a tombstone.</param>
public sealed record CommitChange(string Kind, string Key, bool Deleted)
{
    // A null value with a salt is a JSON null that an agent put; one with a digest was erased.
    internal static CommitChange Read(JsonElement json) => new(
        json.GetProperty("kind").GetString()!,
        json.GetProperty("key").GetString()!,
        !json.TryGetProperty("salt", out _) && !json.TryGetProperty("digest", out _));
}
