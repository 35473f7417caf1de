using DaprMemory.Core.State;

namespace DaprMemory.Client;

/// <summary>A record in a list: all but its value.</summary>
/// <param name="Key">Its key.</param>
/// <param name="ETag">The place of its last change.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="ExpiresAt">When it ceases to exist, if ever.</param>
public sealed record RecordEntry(string Key, ETag ETag, IReadOnlyList<string> Tags, DateTimeOffset? ExpiresAt);
