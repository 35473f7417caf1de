namespace DaprMemory.Core.Log;

/// <summary>A store of which one tenant's keys can be reached, and no others, whatever builds them.</summary>
/// <param name="store">The store of all tenants.</param>
/// <param name="tenant">The tenant.</param>
internal sealed class TenantStore(ICommitStore store, string tenant) : ICommitStore
{
    public Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken) =>
        store.TryCreateAsync(StoreKeys.Demand(tenant, key), value, timeToLive, cancellationToken);

    public Task<bool> TryUpdateAsync(string key, ReadOnlyMemory<byte> value, string etag, TimeSpan? timeToLive, CancellationToken cancellationToken) =>
        store.TryUpdateAsync(StoreKeys.Demand(tenant, key), value, etag, timeToLive, cancellationToken);

    public Task<StoredValue?> GetAsync(string key, CancellationToken cancellationToken) =>
        store.GetAsync(StoreKeys.Demand(tenant, key), cancellationToken);

    public Task<IReadOnlyDictionary<string, StoredValue>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        foreach (var key in keys)
            StoreKeys.Demand(tenant, key);
        return store.GetManyAsync(keys, cancellationToken);
    }
}
