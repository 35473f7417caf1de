using System.Text.Json;
using DaprMemory.Core.State;

namespace DaprMemory.Client;

/// <summary>One change of a transaction, with its preconditions.</summary>
public sealed record TransactionChange
{
    readonly string _operation;
    readonly ReadOnlyMemory<byte>? _value;

    TransactionChange(string operation, string key, ReadOnlyMemory<byte>? value) => (_operation, Key, _value) = (operation, key, value);

    /// <summary>The record.</summary>
    public string Key { get; }

    /// <summary>The record must have this ETag.</summary>
    public ETag? IfMatch { get; init; }

    /// <summary>The record must not exist.</summary>
    public bool IfAbsent { get; init; }

    /// <summary>The record's life in whole seconds; null for ever (a patch: as it was).</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>The record's tags; null for none (a patch: as they were).</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Sets the value: one JSON value, UTF-8.</summary>
    public static TransactionChange Put(string key, ReadOnlyMemory<byte> value) => new("put", key, value);

    /// <summary>Applies a JSON merge patch (RFC 7396) to the value.</summary>
    public static TransactionChange Patch(string key, ReadOnlyMemory<byte> patch) => new("patch", key, patch);

    /// <summary>Deletes the record.</summary>
    public static TransactionChange Delete(string key) => new("delete", key, null);

    /// <summary>Only tests the preconditions.</summary>
    public static TransactionChange Check(string key) => new("check", key, null);

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("op", _operation);
        writer.WriteString("key", Key);
        if (_value is { } value)
        {
            // Raw: the bytes of a value are the caller's own.
            writer.WritePropertyName("value");
            writer.WriteRawValue(value.Span);
        }
        if (IfMatch is { } etag)
            writer.WriteString("ifMatch", etag.ToHeader());
        if (IfAbsent)
            writer.WriteString("ifNoneMatch", "*");
        if (TimeToLive is { } ttl)
            writer.WriteNumber("ttl", (long)ttl.TotalSeconds);
        if (Tags is { } tags)
        {
            writer.WriteStartArray("tags");
            foreach (var tag in tags)
                writer.WriteStringValue(tag);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }
}
