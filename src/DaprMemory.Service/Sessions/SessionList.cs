using System.Text.Json.Serialization;

namespace DaprMemory.Service.Sessions;

/// <summary>A page of the sessions of a space.</summary>
/// <param name="Items">The sessions, in ordinal order of their names.</param>
/// <param name="Next">What to pass as <c>after</c> to get the next page; absent on the last one.</param>
/// <param name="Version">The version they were listed at.</param>
internal sealed record SessionList(IReadOnlyList<SessionListItem> Items, string? Next, long Version);

/// <summary>A session, but for its turns.</summary>
/// <param name="Session">Its name.</param>
/// <param name="ETag">The place of its record's last change, which is not that of its last turn.</param>
/// <param name="ExpiresAt">When it ceases to exist, unless a turn is added; it may be later than that.</param>
internal sealed record SessionListItem(string Session, [property: JsonPropertyName("etag")] string ETag, DateTimeOffset? ExpiresAt);
