namespace DaprMemory.LocalSidecar.Storage;

/// <summary>What conditions are checked against: a stored record without its value.</summary>
/// <param name="ETag">Its tag.</param>
/// <param name="ExpiresAt">When it expires, in Unix milliseconds; null: never.</param>
/// <param name="IsFirstWrite">Whether it was ever saved with first-write; only Redis asks.</param>
internal readonly record struct StoredRow(string ETag, long? ExpiresAt, bool IsFirstWrite)
{
    public bool IsLive(long now) => ExpiresAt is not { } at || at > now;
}
