using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Curator.Tests.Support;

/// <summary>One curator's way to the store and the broker. Once it is dead, nothing it does has an effect.</summary>
internal sealed class CrashingStore(Fleet fleet, CrashPoint crash) : ICommitStore, IKeyRemover, ICommitPublisher
{
    public Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken) =>
        crash.ChangeAsync(() => fleet.Store.TryCreateAsync(key, value, timeToLive, cancellationToken));

    public Task<bool> TryUpdateAsync(string key, ReadOnlyMemory<byte> value, string etag, TimeSpan? timeToLive, CancellationToken cancellationToken) =>
        crash.ChangeAsync(() => fleet.Store.TryUpdateAsync(key, value, etag, timeToLive, cancellationToken));

    public Task<bool> TryRemoveAsync(string key, CancellationToken cancellationToken) => crash.ChangeAsync(() =>
    {
        fleet.Store.Evict(stored => stored == key);
        return Task.FromResult(true);
    });

    public Task<bool> TryPublishAsync(SpaceId space, long number, ReadOnlyMemory<byte> text, CancellationToken cancellationToken) => crash.ChangeAsync(() =>
    {
        fleet.Published.Enqueue((space, number));
        return Task.FromResult(true);
    });

    public Task<StoredValue?> GetAsync(string key, CancellationToken cancellationToken) =>
        crash.IsReached ? throw new StoreUnavailableException("dead") : fleet.Store.GetAsync(key, cancellationToken);

    public Task<IReadOnlyDictionary<string, StoredValue>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        crash.IsReached ? throw new StoreUnavailableException("dead") : fleet.Store.GetManyAsync(keys, cancellationToken);
}
