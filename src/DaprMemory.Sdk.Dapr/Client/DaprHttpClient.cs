using System.Text.Json;

namespace Dapr.Client;

/// <summary><see cref="DaprClient"/> over Dapr's HTTP API.</summary>
internal sealed class DaprHttpClient(SidecarConnection sidecar, JsonSerializerOptions json, TimeProvider time) : DaprClient
{
    const string JsonContentType = "application/json";

    static readonly TimeSpan HealthPollInterval = TimeSpan.FromMilliseconds(500);

    readonly DaprUrl _url = new(sidecar.Root);
    readonly StateJson _json = new(json);

    public override async Task<TValue> GetStateAsync<TValue>(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        var (value, _) = await GetStateAndETagAsync<TValue>(storeName, key, consistencyMode, metadata, cancellationToken).ConfigureAwait(false);
        return value;
    }

    public override async Task<(TValue value, string etag)> GetStateAndETagAsync<TValue>(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        using var answer = await GetAsync(storeName, key, consistencyMode, metadata, cancellationToken).ConfigureAwait(false);
        try
        {
            return (_json.ReadValue<TValue>(answer.Body.Written.Span), answer.ETag);
        }
        catch (JsonException e)
        {
            throw new DaprException("State operation failed: the value could not be deserialized.", e);
        }
    }

    public override async Task<(ReadOnlyMemory<byte>, string etag)> GetByteStateAndETagAsync(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        using var answer = await GetAsync(storeName, key, consistencyMode, metadata, cancellationToken).ConfigureAwait(false);
        return (answer.Body.Written.ToArray(), answer.ETag);
    }

    public override async Task<IReadOnlyList<BulkStateItem>> GetBulkStateAsync(
        string storeName,
        IReadOnlyList<string> keys,
        int? parallelism,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        using var answer = await GetBulkAsync(storeName, keys, parallelism, metadata, cancellationToken).ConfigureAwait(false);
        answer.ThrowUnlessSuccess();
        return _json.ReadBulk(answer.Body.Written.Span);
    }

    public override async Task<IReadOnlyList<BulkStateItem<TValue>>> GetBulkStateAsync<TValue>(
        string storeName,
        IReadOnlyList<string> keys,
        int? parallelism,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        using var answer = await GetBulkAsync(storeName, keys, parallelism, metadata, cancellationToken).ConfigureAwait(false);
        answer.ThrowUnlessSuccess();
        return _json.ReadBulk<TValue>(answer.Body.Written.Span);
    }

    public override async Task SaveStateAsync<TValue>(
        string storeName,
        string key,
        TValue value,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        using var answer = await SaveAsync(storeName, key, value, null, stateOptions, metadata, cancellationToken).ConfigureAwait(false);
        answer.ThrowUnlessSuccess();
    }

    public override async Task<bool> TrySaveStateAsync<TValue>(
        string storeName,
        string key,
        TValue value,
        string etag,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(etag);
        using var answer = await SaveAsync(storeName, key, value, etag, stateOptions, metadata, cancellationToken).ConfigureAwait(false);
        return answer.SucceededOrMismatched();
    }

    public override async Task ExecuteStateTransactionAsync(
        string storeName,
        IReadOnlyList<StateTransactionRequest> operations,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentNullException.ThrowIfNull(operations);
        if (operations.Count == 0)
            throw new ArgumentException("There are no operations.", nameof(operations));
        using var answer = await PostAsync(_url.ForStore(storeName, "/transaction"), _json.WriteTransaction(operations, metadata), cancellationToken)
            .ConfigureAwait(false);
        answer.ThrowUnlessSuccess();
    }

    public override async Task DeleteStateAsync(
        string storeName,
        string key,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        using var answer = await DeleteAsync(storeName, key, "", stateOptions, metadata, cancellationToken).ConfigureAwait(false);
        answer.ThrowUnlessSuccess();
    }

    public override async Task<bool> TryDeleteStateAsync(
        string storeName,
        string key,
        string etag,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(etag);
        using var answer = await DeleteAsync(storeName, key, etag, stateOptions, metadata, cancellationToken).ConfigureAwait(false);
        return answer.SucceededOrMismatched();
    }

    public override Task PublishEventAsync<TData>(string pubsubName, string topicName, TData data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return PublishByteEventAsync(pubsubName, topicName, _json.WriteValue(data), cancellationToken: cancellationToken);
    }

    public override Task PublishEventAsync<TData>(
        string pubsubName,
        string topicName,
        TData data,
        Dictionary<string, string> metadata,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(metadata);
        return PublishByteEventAsync(pubsubName, topicName, _json.WriteValue(data), metadata: metadata, cancellationToken: cancellationToken);
    }

    public override async Task PublishByteEventAsync(
        string pubsubName,
        string topicName,
        ReadOnlyMemory<byte> data,
        string dataContentType = JsonContentType,
        Dictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(pubsubName);
        ArgumentException.ThrowIfNullOrEmpty(topicName);
        using var answer = await PostAsync(_url.ForTopic(pubsubName, topicName, metadata), data, dataContentType ?? JsonContentType, cancellationToken)
            .ConfigureAwait(false);
        answer.ThrowUnlessSuccess("Publish");
    }

    public override async Task<Dictionary<string, string>> GetSecretAsync(
        string storeName,
        string key,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(key);
        using var request = new HttpRequestMessage(HttpMethod.Get, _url.ForSecret(storeName, key, metadata));
        using var answer = await sidecar.CallAsync(request, cancellationToken).ConfigureAwait(false);
        answer.ThrowUnlessSuccess("Secret");
        try
        {
            return _json.ReadValue<Dictionary<string, string>>(answer.Body.Written.Span) ?? [];
        }
        catch (JsonException e)
        {
            throw new DaprException("Secret operation failed: the answer could not be deserialized.", e);
        }
    }

    public override Task<bool> CheckHealthAsync(CancellationToken cancellationToken = default) => IsWellAsync("/v1.0/healthz", cancellationToken);

    public override Task<bool> CheckOutboundHealthAsync(CancellationToken cancellationToken = default) =>
        IsWellAsync("/v1.0/healthz/outbound", cancellationToken);

    public override async Task WaitForSidecarAsync(CancellationToken cancellationToken = default)
    {
        while (!await CheckOutboundHealthAsync(cancellationToken).ConfigureAwait(false))
            await Task.Delay(HealthPollInterval, time, cancellationToken).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            sidecar.Dispose();
        base.Dispose(disposing);
    }

    async Task<bool> IsWellAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, sidecar.Root + path);
        try
        {
            using var answer = await sidecar.CallAsync(request, cancellationToken).ConfigureAwait(false);
            return answer.IsSuccess;
        }
        catch (DaprException)
        {
            return false;
        }
    }

    async Task<DaprAnswer> GetAsync(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(key);
        using var request = new HttpRequestMessage(HttpMethod.Get, _url.ForKey(storeName, key, null, consistencyMode, metadata));
        var answer = await sidecar.CallAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            answer.ThrowUnlessSuccess();
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    Task<DaprAnswer> GetBulkAsync(
        string storeName,
        IReadOnlyList<string> keys,
        int? parallelism,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Count == 0)
            throw new ArgumentException("There are no keys.", nameof(keys));
        return PostAsync(_url.ForStore(storeName, "/bulk"), _json.WriteBulkGet(keys, parallelism, metadata), cancellationToken);
    }

    Task<DaprAnswer> SaveAsync<TValue>(
        string storeName,
        string key,
        TValue value,
        string? etag,
        StateOptions? stateOptions,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(key);
        return PostAsync(_url.ForStore(storeName), _json.WriteSave(key, value, etag, stateOptions, metadata), cancellationToken);
    }

    async Task<DaprAnswer> DeleteAsync(
        string storeName,
        string key,
        string etag,
        StateOptions? stateOptions,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(key);
        var url = _url.ForKey(storeName, key, stateOptions?.Concurrency, stateOptions?.Consistency, metadata);
        using var request = new HttpRequestMessage(HttpMethod.Delete, url);
        // Dapr's ETags are not quoted, which .NET's typed header refuses.
        if (etag.Length > 0)
            request.Headers.TryAddWithoutValidation("If-Match", etag);
        return await sidecar.CallAsync(request, cancellationToken).ConfigureAwait(false);
    }

    async Task<DaprAnswer> PostAsync(Uri url, PooledBuffer body, CancellationToken cancellationToken)
    {
        var answer = await PostAsync(url, body.Written, JsonContentType, cancellationToken).ConfigureAwait(false);
        // Only now: a call that failed may still be reading its body, and that array must not go to someone else.
        body.Dispose();
        return answer;
    }

    async Task<DaprAnswer> PostAsync(Uri url, ReadOnlyMemory<byte> body, string contentType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return await sidecar.CallAsync(request, cancellationToken).ConfigureAwait(false);
    }
}
