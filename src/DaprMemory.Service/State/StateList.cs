using System.Text.Json.Serialization;

namespace DaprMemory.Service.State;

/// <summary>A page of the records of a space.</summary>
/// <param name="Items">The records, in ordinal order of their keys.</param>
/// <param name="Next">What to pass as <c>after</c> to get the next page; absent on the last one.</param>
/// <param name="Version">The version they were listed at.</param>
internal sealed record StateList(IReadOnlyList<StateListItem> Items, string? Next, long Version);

/// <summary>A record, but for its value.</summary>
/// <param name="Key">Its key.</param>
/// <param name="ETag">Its ETag.</param>
/// <param name="Tags">Its tags, if any.</param>
/// <param name="ExpiresAt">When it ceases to exist, if ever.</param>
internal sealed record StateListItem(
    string Key, [property: JsonPropertyName("etag")] string ETag, string[]? Tags, DateTimeOffset? ExpiresAt);
