using System.Text.Json;

namespace DaprMemory.Client;

/// <summary>One request's part of a commit.</summary>
/// <param name="By">The agent.</param>
/// <param name="Changes">What it changed.</param>
public sealed record CommitEntry(string By, IReadOnlyList<CommitChange> Changes)
{
    internal static CommitEntry Read(JsonElement json) =>
        new(json.GetProperty("by").GetString()!, [.. json.GetProperty("changes").EnumerateArray().Select(CommitChange.Read)]);
}
