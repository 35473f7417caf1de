using System.Text.Json.Serialization;
using DaprMemory.Service.Commits;

namespace DaprMemory.Service.Memories;

/// <summary>What a search found.</summary>
/// <param name="Version">The version that was searched.</param>
/// <param name="Mode">By what was searched: hybrid, keyword or vector; keyword when there are no vectors, whatever was asked for.</param>
/// <param name="Model">The model that made the vectors; absent when there is none.</param>
/// <param name="Backlog">How many memories have no vector yet; absent when there is no model.</param>
/// <param name="Items">The memories, the best first.</param>
/// <param name="Left">How many more were found that the answer has no room for; absent when there are none.</param>
internal sealed record SearchAnswer(long Version, string Mode, string? Model, int? Backlog, IReadOnlyList<SearchItem> Items, int? Left);

/// <summary>A memory that was found.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ETag">Its ETag.</param>
/// <param name="ExpiresAt">When it ceases to exist, if ever.</param>
/// <param name="Score">How well it answers, from 0 to 1.</param>
/// <param name="Matched">Why it was found: keyword, vector, context, author, time, links, recency.</param>
/// <param name="Memory">What is remembered, as it stands in the log.</param>
/// <param name="Context">The memories of the turns around it, in order; absent unless asked for.</param>
internal sealed record SearchItem(
    string Id,
    [property: JsonPropertyName("etag")] string ETag,
    DateTimeOffset? ExpiresAt,
    double Score,
    IReadOnlyList<string> Matched,
    RawJson Memory,
    IReadOnlyList<MemoryItem>? Context);
