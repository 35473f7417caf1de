namespace Dapr.Client;

/// <summary>One answer of a bulk read, its value as JSON text.</summary>
/// <param name="key">The state key.</param>
/// <param name="value">The value as JSON text; empty when there is none.</param>
/// <param name="etag">The ETag; empty when there is no value.</param>
public readonly struct BulkStateItem(string key, string value, string etag)
{
    /// <summary>The state key.</summary>
    public string Key { get; } = key;

    /// <summary>The value as JSON text; empty when there is none.</summary>
    public string Value { get; } = value;

    /// <summary>The ETag; empty when there is no value.</summary>
    public string ETag { get; } = etag;
}

/// <summary>One answer of a bulk read.</summary>
/// <typeparam name="TValue">The type of the value.</typeparam>
/// <param name="key">The state key.</param>
/// <param name="value">The value; default when there is none.</param>
/// <param name="etag">The ETag; empty when there is no value.</param>
public readonly struct BulkStateItem<TValue>(string key, TValue value, string etag)
{
    /// <summary>The state key.</summary>
    public string Key { get; } = key;

    /// <summary>The value; default when there is none.</summary>
    public TValue Value { get; } = value;

    /// <summary>The ETag; empty when there is no value.</summary>
    public string ETag { get; } = etag;
}
