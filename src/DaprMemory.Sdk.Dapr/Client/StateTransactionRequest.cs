using System.Diagnostics.CodeAnalysis;

namespace Dapr.Client;

/// <summary>One operation of a state transaction.</summary>
/// <param name="key">The state key.</param>
/// <param name="value">The value as JSON; not used by a delete.</param>
/// <param name="operationType">What to do.</param>
/// <param name="etag">The ETag that must still hold, or null.</param>
/// <param name="metadata">Metadata for the store, or null.</param>
/// <param name="options">Options, or null.</param>
public sealed class StateTransactionRequest(
    string key,
    byte[]? value,
    StateOperationType operationType,
    string? etag = null,
    IReadOnlyDictionary<string, string>? metadata = null,
    StateOptions? options = null)
{
    /// <summary>The state key.</summary>
    public string Key { get; } = key ?? throw new ArgumentNullException(nameof(key));

    /// <summary>The value as JSON.</summary>
    public byte[]? Value { get; set; } = value;

    /// <summary>What to do.</summary>
    public StateOperationType? OperationType { get; set; } = operationType;

    /// <summary>The ETag that must still hold, or null.</summary>
    public string? ETag { get; set; } = etag;

    /// <summary>Metadata for the store, or null.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; set; } = metadata;

    /// <summary>Options, or null.</summary>
    [SuppressMessage("Design", "CA1051:Do not declare visible instance fields", Justification = "A field in the official SDK.")]
    public StateOptions? Options = options;
}
