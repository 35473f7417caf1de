namespace DaprMemory.Core.Log;

/// <summary>A value of the commit store with its concurrency tag.</summary>
/// <param name="Value">The payload, UTF-8 text.</param>
/// <param name="ETag">The store's own tag for <see cref="ICommitStore.TryUpdateAsync"/>; opaque.</param>
public readonly record struct StoredValue(ReadOnlyMemory<byte> Value, string ETag);

/// <summary>
/// The one thing the log needs of a store: create-if-absent on single keys. A lost race and an outage look alike through Dapr, so a
/// write answers <c>true</c> only when it certainly took place; <c>false</c> promises nothing, it may even land later: read back.
/// </summary>
/// <remarks>Keys are never written both conditionally and unconditionally, and never deleted and created again.</remarks>
public interface ICommitStore
{
    /// <summary>Creates <paramref name="key"/> if it does not exist.</summary>
    /// <param name="key">The store key.</param>
    /// <param name="value">The payload, UTF-8 text.</param>
    /// <param name="timeToLive">After how long the key ceases to exist, in whole seconds, at least one; null: never.</param>
    /// <param name="cancellationToken">Ends the wait, not necessarily the write.</param>
    /// <returns><c>true</c>: this call created it. <c>false</c>: unknown; read back.</returns>
    Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken);

    /// <summary>Replaces the value of <paramref name="key"/> if its tag is still <paramref name="etag"/>.</summary>
    /// <remarks>A key that was ever given a time to live gets one with each update: without one, some stores keep the old expiry, others none.</remarks>
    /// <returns><c>true</c>: this call replaced it. <c>false</c>: unknown; read back.</returns>
    Task<bool> TryUpdateAsync(string key, ReadOnlyMemory<byte> value, string etag, TimeSpan? timeToLive, CancellationToken cancellationToken);

    /// <summary>Reads the newest value of <paramref name="key"/>; null: there certainly was none when the store answered.</summary>
    /// <exception cref="StoreUnavailableException">The store gave no answer.</exception>
    Task<StoredValue?> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>Reads many keys. The answer has those that were found; absence proves nothing.</summary>
    /// <exception cref="StoreUnavailableException">The store gave no answer.</exception>
    Task<IReadOnlyDictionary<string, StoredValue>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken);
}
