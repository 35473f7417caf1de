namespace DaprMemory.Client;

/// <summary>A session in a list: all but its turns.</summary>
/// <param name="Id">Its name.</param>
/// <param name="ExpiresAt">When it ceases to exist, unless a turn is added; it may be later than that.</param>
public sealed record SessionEntry(string Id, DateTimeOffset? ExpiresAt);
