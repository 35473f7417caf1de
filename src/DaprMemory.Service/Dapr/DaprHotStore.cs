using Dapr.Client;
using DaprMemory.Core.State;

namespace DaprMemory.Service.Dapr;

/// <summary>
/// The hot store over a Dapr state store. It waits for no answer long, and after a failure it asks nothing for a while, then one question:
/// a store that is down costs reads next to nothing.
/// </summary>
/// <remarks>Saves are unconditional throughout: on Redis a key that was once saved with first-write refuses them.</remarks>
/// <param name="client">The Dapr client. Any JSON options will do.</param>
/// <param name="storeName">The state store's component name.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears when the store begins to fail, and when it works again.</param>
internal sealed partial class DaprHotStore(DaprClient client, string storeName, TimeProvider time, ILogger<DaprHotStore> logger) : IHotStore
{
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // When to ask again; 0 while the store works.
    long _pausedUntil;

    public async Task<ReadOnlyMemory<byte>?> TryGetAsync(string key, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? text = null;
        await TryAsync(
            async token => text = (await client.GetStateAsync<CommitPayload>(storeName, key, cancellationToken: token).ConfigureAwait(false)).Text,
            cancellationToken).ConfigureAwait(false);
        return text;
    }

    public Task<bool> TrySetAsync(string key, ReadOnlyMemory<byte> text, TimeSpan timeToLive, CancellationToken cancellationToken) => TryAsync(
        token => client.SaveStateAsync(storeName, key, new CommitPayload(text), metadata: TimeToLive.ToMetadata(timeToLive), cancellationToken: token),
        cancellationToken);

    async Task<bool> TryAsync(Func<CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        if (!MayAsk())
            return false;
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await call(either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Of any kind: nothing that is kept here is needed.
            if (Interlocked.Exchange(ref _pausedUntil, InAPause()) == 0)
                LogFailing(storeName, e.Message);
            return false;
        }
        if (Volatile.Read(ref _pausedUntil) != 0 && Interlocked.Exchange(ref _pausedUntil, 0) != 0)
            LogRecovered(storeName);
        return true;
    }

    /// <summary>Whether the store works or this caller is the one to find out.</summary>
    bool MayAsk()
    {
        var until = Volatile.Read(ref _pausedUntil);
        return until == 0 || (time.GetTimestamp() >= until && Interlocked.CompareExchange(ref _pausedUntil, InAPause(), until) == until);
    }

    long InAPause() => time.GetTimestamp() + (long)(Pause.TotalSeconds * time.TimestampFrequency);

    [LoggerMessage(1, LogLevel.Warning, "The hot store {Store} fails, reads go on without it: {Reason}", EventName = "HotStoreFailing")]
    partial void LogFailing(string store, string reason);

    [LoggerMessage(2, LogLevel.Information, "The hot store {Store} works again", EventName = "HotStoreRecovered")]
    partial void LogRecovered(string store);
}
