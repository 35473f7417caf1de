namespace DaprMemory.Core.Log;

/// <summary>Bounds each call to a store, so that a store that hangs is one that is unavailable.</summary>
internal sealed class TimeLimitedStore(ICommitStore store, TimeSpan limit) : ICommitStore
{
    public async Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken)
    {
        using var timeout = Limit(cancellationToken);
        try
        {
            return await store.TryCreateAsync(key, value, timeToLive, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public async Task<bool> TryUpdateAsync(string key, ReadOnlyMemory<byte> value, string etag, TimeSpan? timeToLive, CancellationToken cancellationToken)
    {
        using var timeout = Limit(cancellationToken);
        try
        {
            return await store.TryUpdateAsync(key, value, etag, timeToLive, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public async Task<StoredValue?> GetAsync(string key, CancellationToken cancellationToken)
    {
        using var timeout = Limit(cancellationToken);
        try
        {
            return await store.GetAsync(key, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Hangs(e);
        }
    }

    public async Task<IReadOnlyDictionary<string, StoredValue>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        using var timeout = Limit(cancellationToken);
        try
        {
            return await store.GetManyAsync(keys, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Hangs(e);
        }
    }

    StoreUnavailableException Hangs(Exception e) => new($"the store gave no answer within {limit.TotalSeconds} s", e);

    CancellationTokenSource Limit(CancellationToken cancellationToken)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(limit);
        return source;
    }
}
