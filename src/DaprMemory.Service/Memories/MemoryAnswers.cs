using System.Text.Json.Serialization;
using DaprMemory.Service.Commits;

namespace DaprMemory.Service.Memories;

/// <summary>What adding or setting a memory gave.</summary>
/// <param name="Id">The memory.</param>
/// <param name="ETag">Its ETag.</param>
/// <param name="Version">The space's version that holds it.</param>
internal sealed record MemoryAnswer(string Id, [property: JsonPropertyName("etag")] string ETag, long Version)
{
    /// <summary>true: it was there already, and nothing was added.</summary>
    public bool? Duplicate { get; init; }

    /// <summary>true: this one, which is much like it, was there already, and nothing was added.</summary>
    public bool? Merged { get; init; }

    /// <summary>The memories that are much like it, the most alike first; absent when they were not looked for.</summary>
    public IReadOnlyList<SimilarAnswer>? Similar { get; init; }
}

/// <summary>A memory that is much like another.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Score">How much, up to 1.</param>
internal sealed record SimilarAnswer(string Id, double Score);

/// <summary>What a batch gave.</summary>
/// <param name="Version">The space's version that holds it.</param>
/// <param name="ETag">The ETag of all that it changed; absent when all of it was there already.</param>
/// <param name="Items">One for each memory of the request, in order.</param>
internal sealed record BatchAnswer(long Version, [property: JsonPropertyName("etag")] string? ETag, IReadOnlyList<BatchItemAnswer> Items);

/// <summary>What became of a memory of a batch.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ETag">Its ETag.</param>
/// <param name="Created">Whether there was none before.</param>
/// <param name="Duplicate">true: it was there already, and nothing was added.</param>
internal sealed record BatchItemAnswer(string Id, [property: JsonPropertyName("etag")] string ETag, bool Created, bool? Duplicate);

/// <summary>A memory.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ETag">Its ETag.</param>
/// <param name="ExpiresAt">When it ceases to exist, if ever.</param>
/// <param name="Memory">What is remembered, as it stands in the log.</param>
internal sealed record MemoryItem(string Id, [property: JsonPropertyName("etag")] string ETag, DateTimeOffset? ExpiresAt, RawJson Memory);

/// <summary>A page of the memories of a space.</summary>
/// <param name="Items">The memories, in ordinal order of their ids.</param>
/// <param name="Next">What to pass as <c>after</c> to get the next page; absent on the last one.</param>
/// <param name="Version">The version they were listed at.</param>
internal sealed record MemoryList(IReadOnlyList<MemoryItem> Items, string? Next, long Version);

/// <summary>The links of a memory.</summary>
/// <param name="Id">The memory.</param>
/// <param name="ETag">Its ETag.</param>
/// <param name="Version">The version that was looked at.</param>
/// <param name="Outgoing">Its links to others.</param>
/// <param name="Incoming">The links of others to it.</param>
/// <param name="Left">How many more memories link to it; absent when there are none.</param>
internal sealed record LinksAnswer(
    string Id, [property: JsonPropertyName("etag")] string ETag, long Version, IReadOnlyList<LinkAnswer> Outgoing, IReadOnlyList<LinkAnswer> Incoming, int? Left);

/// <summary>A link of a memory.</summary>
/// <param name="Id">The other memory.</param>
/// <param name="Type">What the link means.</param>
/// <param name="Score">How much they are alike, on links that the service made.</param>
internal sealed record LinkAnswer(string Id, string Type, double? Score);
