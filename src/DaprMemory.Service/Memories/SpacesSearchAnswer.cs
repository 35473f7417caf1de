using System.Text.Json.Serialization;
using DaprMemory.Service.Commits;

namespace DaprMemory.Service.Memories;

/// <summary>What a search over several spaces found, as <see cref="Hosting.Scatter.SearchScatter"/> makes it of their answers.</summary>
/// <param name="Items">The memories, the best first.</param>
/// <param name="Left">How many more were found that the answer has no room for; absent when there are none.</param>
/// <param name="Spaces">The spaces that answered.</param>
/// <param name="Incomplete">The spaces that did not; absent when all did.</param>
internal sealed record SpacesSearchAnswer(
    IReadOnlyList<SpacesSearchItem> Items, int? Left, IReadOnlyList<SearchedSpace> Spaces, IReadOnlyList<MissingSpace>? Incomplete);

/// <summary>A memory that was found.</summary>
/// <param name="Space">The space that it is in.</param>
/// <param name="Id">Its id.</param>
/// <param name="ETag">Its ETag.</param>
/// <param name="ExpiresAt">When it ceases to exist, if ever.</param>
/// <param name="Score">How well it answers, from 0 to 1.</param>
/// <param name="Matched">Why it was found: keyword, vector, context, author, time, links, recency.</param>
/// <param name="Memory">What is remembered, as it stands in the log.</param>
/// <param name="Context">The memories of the turns around it, in order; absent unless asked for.</param>
internal sealed record SpacesSearchItem(
    string Space,
    string Id,
    [property: JsonPropertyName("etag")] string ETag,
    DateTimeOffset? ExpiresAt,
    double Score,
    IReadOnlyList<string> Matched,
    RawJson Memory,
    IReadOnlyList<MemoryItem>? Context);

/// <summary>A space that answered; see <see cref="SearchAnswer"/>.</summary>
/// <param name="Space">The space.</param>
/// <param name="Version">The version that was searched.</param>
/// <param name="Mode">By what was searched.</param>
/// <param name="Model">The model that made the vectors.</param>
/// <param name="Backlog">How many memories have no vector yet.</param>
/// <param name="Left">How many more of its hits its own answer had no room for.</param>
internal sealed record SearchedSpace(string Space, long Version, string Mode, string? Model, int? Backlog, int? Left);

/// <summary>A space that gave no answer.</summary>
/// <param name="Space">The space.</param>
/// <param name="Reason">timeout, unavailable, or refused.</param>
/// <param name="Status">The status of its refusal.</param>
/// <param name="Type">The problem type of its refusal.</param>
/// <param name="Detail">What it said.</param>
internal sealed record MissingSpace(string Space, string Reason, int? Status, string? Type, string? Detail);
