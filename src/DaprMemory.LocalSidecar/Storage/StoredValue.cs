namespace DaprMemory.LocalSidecar.Storage;

/// <summary>A record that has not expired.</summary>
/// <param name="Json">The stored JSON text.</param>
/// <param name="ETag">Its tag.</param>
/// <param name="ExpiresAt">When it expires; null: never, or the store does not tell.</param>
internal sealed record StoredValue(byte[] Json, string ETag, DateTimeOffset? ExpiresAt);
