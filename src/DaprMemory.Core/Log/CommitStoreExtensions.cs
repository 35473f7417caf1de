namespace DaprMemory.Core.Log;

/// <summary>Writes to a commit store that last for ever.</summary>
public static class CommitStoreExtensions
{
    /// <inheritdoc cref="ICommitStore.TryCreateAsync" />
    public static Task<bool> TryCreateAsync(this ICommitStore store, string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        store.TryCreateAsync(key, value, timeToLive: null, cancellationToken);

    /// <inheritdoc cref="ICommitStore.TryUpdateAsync" />
    public static Task<bool> TryUpdateAsync(
        this ICommitStore store, string key, ReadOnlyMemory<byte> value, string etag, CancellationToken cancellationToken) =>
        store.TryUpdateAsync(key, value, etag, timeToLive: null, cancellationToken);
}
