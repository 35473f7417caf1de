using System.Text.Json;

namespace DaprMemory.Client;

/// <summary>A commit of a space's log.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="At">When it was written.</param>
/// <param name="Entries">The requests it holds.</param>
/// <param name="Json">All of it, as it stands in the log.</param>
public sealed record MemoryCommit(long Number, DateTimeOffset At, IReadOnlyList<CommitEntry> Entries, JsonElement Json)
{
    internal static MemoryCommit Read(JsonElement json)
    {
        try
        {
            var entries = json.GetProperty("entries").EnumerateArray().Select(CommitEntry.Read).ToArray();
            return new MemoryCommit(json.GetProperty("n").GetInt64(), json.GetProperty("at").GetDateTimeOffset(), entries, json);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new MemoryException("the service gave a commit that has no known form", innerException: e);
        }
    }
}
