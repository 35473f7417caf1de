using System.Text.Json;
using Dapr;
using Dapr.Client;
using DaprMemory.Core.Log;

namespace DaprMemory.Service.Dapr;

/// <summary>The commit store over a Dapr state store.</summary>
/// <param name="client">The Dapr client. Any JSON options will do.</param>
/// <param name="storeName">The state store's component name.</param>
internal sealed class DaprCommitStore(DaprClient client, string storeName) : ICommitStore, IKeyRemover
{
    // A bulk read is one query on the SQL stores; this bounds those that read key by key.
    const int BulkParallelism = 16;

    static readonly StateOptions FirstWrite = new() { Concurrency = ConcurrencyMode.FirstWrite, Consistency = ConsistencyMode.Strong };

    public Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken) =>
        // First write without an ETag: create if absent.
        TrySaveAsync(key, value, "", timeToLive, cancellationToken);

    public Task<bool> TryUpdateAsync(string key, ReadOnlyMemory<byte> value, string etag, TimeSpan? timeToLive, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(etag);
        return TrySaveAsync(key, value, etag, timeToLive, cancellationToken);
    }

    public async Task<StoredValue?> GetAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var (json, etag) = await client
                .GetByteStateAndETagAsync(storeName, key, ConsistencyMode.Strong, cancellationToken: cancellationToken)
                .ConfigureAwait(false);
            return json.IsEmpty && string.IsNullOrEmpty(etag) ? null : new StoredValue(TextOf(json), etag);
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            throw Unavailable(e);
        }
    }

    public async Task<IReadOnlyDictionary<string, StoredValue>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, StoredValue>(keys.Count, StringComparer.Ordinal);
        await ReadBulkAsync(new ArraySegment<string>([.. keys]), found, cancellationToken).ConfigureAwait(false);
        return found;
    }

    public async Task<bool> TryRemoveAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteStateAsync(storeName, key, cancellationToken: cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            return false;
        }
    }

    /// <summary>The text in what is stored. What is not ours is handed on as it is: the log must call it corrupt, not absent.</summary>
    static ReadOnlyMemory<byte> TextOf(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<CommitPayload>(json.Span).Text ?? json;
        }
        catch (JsonException)
        {
            return json;
        }
    }

    /// <summary>Whether this is how a failed call looks in either SDK.</summary>
    static bool IsFailure(Exception e, CancellationToken cancellationToken) =>
        e is DaprException or HttpRequestException or TimeoutException
        || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>Whether an answer came that holds something which is not JSON.</summary>
    static bool IsUndecodable(Exception e) => e is JsonException || (e is DaprException && e.InnerException is JsonException);

    async Task<bool> TrySaveAsync(string key, ReadOnlyMemory<byte> value, string etag, TimeSpan? timeToLive, CancellationToken cancellationToken)
    {
        try
        {
            return await client
                .TrySaveStateAsync(storeName, key, new CommitPayload(value), etag, FirstWrite, TimeToLive.ToMetadata(timeToLive), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException || IsFailure(e, cancellationToken))
        {
            // Some stores answer a lost race like an outage, and a save that timed out may yet land: the caller reads back.
            return false;
        }
    }

    async Task ReadBulkAsync(ArraySegment<string> keys, Dictionary<string, StoredValue> found, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
            return;
        IReadOnlyList<BulkStateItem<CommitPayload>> items;
        try
        {
            items = await client
                .GetBulkStateAsync<CommitPayload>(storeName, keys, BulkParallelism, cancellationToken: cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (IsUndecodable(e))
        {
            // Not found: the single read of the key will tell.
            return;
        }
        catch (DaprException) when (keys.Count > 1)
        {
            // The official SDK reads over gRPC, whose answers end at 4 MiB: half as many keys may fit. In an outage the first half of a half fails too.
            await ReadBulkAsync(keys[..(keys.Count / 2)], found, cancellationToken).ConfigureAwait(false);
            await ReadBulkAsync(keys[(keys.Count / 2)..], found, cancellationToken).ConfigureAwait(false);
            return;
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            throw Unavailable(e);
        }

        // An item without a value is a missing key, or one whose read failed: both SDKs drop the error.
        foreach (var item in items)
        {
            if (item.Value.Text is { } text)
                found[item.Key] = new StoredValue(text, item.ETag);
        }
    }

    StoreUnavailableException Unavailable(Exception e) => new($"the state store '{storeName}' gave no answer", e);
}
