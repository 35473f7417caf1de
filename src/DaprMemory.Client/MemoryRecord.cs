using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DaprMemory.Core.State;

namespace DaprMemory.Client;

/// <summary>A record that was read.</summary>
/// <param name="Key">Its key.</param>
/// <param name="ETag">The place of its last change.</param>
/// <param name="Value">The JSON text as it was put, UTF-8.</param>
/// <param name="Version">The version of the space that was served.</param>
/// <param name="Source">Where the value came from: <c>cache</c>, <c>hot</c> or <c>store</c>; null if the service did not say.</param>
public sealed record MemoryRecord(string Key, ETag ETag, ReadOnlyMemory<byte> Value, long Version, string? Source)
{
    /// <summary>The value as an object.</summary>
    /// <exception cref="JsonException">The value has another form.</exception>
    public T? As<T>(JsonTypeInfo<T> type) => JsonSerializer.Deserialize(Value.Span, type);
}
