namespace Dapr.Client;

/// <summary>Calls the Dapr sidecar. Made by <see cref="DaprClientBuilder"/>; one instance serves a whole process, from any thread.</summary>
/// <remarks>
/// Every state and publish call throws <see cref="DaprException"/> when the sidecar refuses it, can't be reached or does not answer in time, and
/// <see cref="OperationCanceledException"/> when the caller's token ends it. After either, a write or publication may have taken place.
/// </remarks>
public abstract class DaprClient : IDisposable
{
    bool _disposed;

    /// <summary>Reads a value.</summary>
    /// <typeparam name="TValue">The type of the value.</typeparam>
    /// <param name="storeName">The state store.</param>
    /// <param name="key">The state key.</param>
    /// <param name="consistencyMode">The consistency; null: the store's default.</param>
    /// <param name="metadata">Metadata for the store.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The value; default when there is none.</returns>
    public abstract Task<TValue> GetStateAsync<TValue>(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Reads a value and its ETag.</summary>
    /// <typeparam name="TValue">The type of the value.</typeparam>
    /// <param name="storeName">The state store.</param>
    /// <param name="key">The state key.</param>
    /// <param name="consistencyMode">The consistency; null: the store's default.</param>
    /// <param name="metadata">Metadata for the store.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The value and its ETag; default and empty when there is none.</returns>
    public abstract Task<(TValue value, string etag)> GetStateAndETagAsync<TValue>(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Reads a value as it is stored, and its ETag.</summary>
    /// <param name="storeName">The state store.</param>
    /// <param name="key">The state key.</param>
    /// <param name="consistencyMode">The consistency; null: the store's default.</param>
    /// <param name="metadata">Metadata for the store.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The bytes and their ETag; both empty when there is no value.</returns>
    public abstract Task<(ReadOnlyMemory<byte>, string etag)> GetByteStateAndETagAsync(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Reads many values as JSON text.</summary>
    /// <param name="storeName">The state store.</param>
    /// <param name="keys">The keys, at least one.</param>
    /// <param name="parallelism">How many reads the sidecar may have under way; null: its default.</param>
    /// <param name="metadata">Metadata for the store.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>An item for each key, in any order. A key whose read failed looks like one without a value.</returns>
    public abstract Task<IReadOnlyList<BulkStateItem>> GetBulkStateAsync(
        string storeName,
        IReadOnlyList<string> keys,
        int? parallelism,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Reads many values.</summary>
    /// <typeparam name="TValue">The type of the values.</typeparam>
    /// <param name="storeName">The state store.</param>
    /// <param name="keys">The keys, at least one.</param>
    /// <param name="parallelism">How many reads the sidecar may have under way; null: its default.</param>
    /// <param name="metadata">Metadata for the store.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>An item for each key, in any order. A key whose read failed looks like one without a value.</returns>
    public abstract Task<IReadOnlyList<BulkStateItem<TValue>>> GetBulkStateAsync<TValue>(
        string storeName,
        IReadOnlyList<string> keys,
        int? parallelism,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Saves a value, whatever its ETag.</summary>
    /// <typeparam name="TValue">The type of the value.</typeparam>
    /// <param name="storeName">The state store.</param>
    /// <param name="key">The state key.</param>
    /// <param name="value">The value, saved as JSON.</param>
    /// <param name="stateOptions">Options, or null.</param>
    /// <param name="metadata">Metadata for the store.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the value is saved.</returns>
    public abstract Task SaveStateAsync<TValue>(
        string storeName,
        string key,
        TValue value,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Saves a value if its ETag still holds.</summary>
    /// <typeparam name="TValue">The type of the value.</typeparam>
    /// <param name="storeName">The state store.</param>
    /// <param name="key">The state key.</param>
    /// <param name="value">The value, saved as JSON.</param>
    /// <param name="etag">The ETag, not null; empty: none.</param>
    /// <param name="stateOptions">Options, or null.</param>
    /// <param name="metadata">Metadata for the store.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was saved; false only for an ETag that no longer holds. A store may report that as a <see cref="DaprException"/> too.</returns>
    public abstract Task<bool> TrySaveStateAsync<TValue>(
        string storeName,
        string key,
        TValue value,
        string etag,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Carries out several operations, all or none.</summary>
    /// <param name="storeName">The state store.</param>
    /// <param name="operations">The operations, at least one.</param>
    /// <param name="metadata">Metadata for the store.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when all are done. A lost race is a <see cref="DaprException"/> like any other failure.</returns>
    public abstract Task ExecuteStateTransactionAsync(
        string storeName,
        IReadOnlyList<StateTransactionRequest> operations,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Deletes a value, whatever its ETag.</summary>
    /// <param name="storeName">The state store.</param>
    /// <param name="key">The state key.</param>
    /// <param name="stateOptions">Options, or null.</param>
    /// <param name="metadata">Metadata for the store.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when there is no value.</returns>
    public abstract Task DeleteStateAsync(
        string storeName,
        string key,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Deletes a value if its ETag still holds.</summary>
    /// <param name="storeName">The state store.</param>
    /// <param name="key">The state key.</param>
    /// <param name="etag">The ETag, not null; empty: none.</param>
    /// <param name="stateOptions">Options, or null.</param>
    /// <param name="metadata">Metadata for the store.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was deleted; false only for an ETag that no longer holds.</returns>
    public abstract Task<bool> TryDeleteStateAsync(
        string storeName,
        string key,
        string etag,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Publishes an event.</summary>
    /// <typeparam name="TData">The type of the event's data.</typeparam>
    /// <param name="pubsubName">The pub/sub component.</param>
    /// <param name="topicName">The topic.</param>
    /// <param name="data">The data, not null. Dapr wraps it, as JSON, in a CloudEvent with an id of its own.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the broker has the event.</returns>
    public abstract Task PublishEventAsync<TData>(string pubsubName, string topicName, TData data, CancellationToken cancellationToken = default);

    /// <summary>Publishes an event.</summary>
    /// <typeparam name="TData">The type of the event's data.</typeparam>
    /// <param name="pubsubName">The pub/sub component.</param>
    /// <param name="topicName">The topic.</param>
    /// <param name="data">The data, not null. Dapr wraps it, as JSON, in a CloudEvent with an id of its own.</param>
    /// <param name="metadata">Metadata for the component, not null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the broker has the event.</returns>
    public abstract Task PublishEventAsync<TData>(
        string pubsubName,
        string topicName,
        TData data,
        Dictionary<string, string> metadata,
        CancellationToken cancellationToken = default);

    /// <summary>Publishes bytes.</summary>
    /// <param name="pubsubName">The pub/sub component.</param>
    /// <param name="topicName">The topic.</param>
    /// <param name="data">The bytes: a whole CloudEvent if the content type is <c>application/cloudevents+json</c>, else the data of one.</param>
    /// <param name="dataContentType">What the bytes are.</param>
    /// <param name="metadata">Metadata for the component.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the broker has the event.</returns>
    public abstract Task PublishByteEventAsync(
        string pubsubName,
        string topicName,
        ReadOnlyMemory<byte> data,
        string dataContentType = "application/json",
        Dictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Reads a secret.</summary>
    /// <param name="storeName">The secret store.</param>
    /// <param name="key">The secret's name.</param>
    /// <param name="metadata">Metadata for the store.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its values by their names; most stores have one value, named as the secret.</returns>
    public abstract Task<Dictionary<string, string>> GetSecretAsync(
        string storeName,
        string key,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Asks whether the sidecar and its application are ready.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether both are; false when the sidecar can't be reached.</returns>
    public abstract Task<bool> CheckHealthAsync(CancellationToken cancellationToken = default);

    /// <summary>Asks whether the sidecar's own API can be used, before the application listens.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it can; false when the sidecar can't be reached.</returns>
    public abstract Task<bool> CheckOutboundHealthAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits until <see cref="CheckOutboundHealthAsync"/> says yes.</summary>
    /// <param name="cancellationToken">Ends the wait; nothing else does.</param>
    /// <returns>A task that ends when the sidecar can be used.</returns>
    public abstract Task WaitForSidecarAsync(CancellationToken cancellationToken = default);

    /// <inheritdoc />
    public void Dispose()
    {
        if (_disposed)
            return;
        Dispose(disposing: true);
        _disposed = true;
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the connections.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
