using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Dapr.Client;

/// <summary>The bodies of Dapr's state and publish APIs, written and read as UTF-8 without a detour over strings.</summary>
internal sealed class StateJson(JsonSerializerOptions options)
{
    // Values are checked by their serializer, the rest is ours.
    readonly JsonWriterOptions _writing = new() { Encoder = options.Encoder ?? JavaScriptEncoder.Default, SkipValidation = true };

    // In a bulk answer a value lies two levels deep.
    readonly JsonReaderOptions _reading = new() { MaxDepth = (options.MaxDepth == 0 ? 64 : options.MaxDepth) + 2 };

    public PooledBuffer WriteSave<TValue>(string key, TValue value, string? etag, StateOptions? stateOptions, IReadOnlyDictionary<string, string>? metadata)
    {
        var body = new PooledBuffer(capacity: 1024);
        using var writer = new Utf8JsonWriter(body, _writing);
        writer.WriteStartArray();
        writer.WriteStartObject();
        writer.WriteString("key"u8, key);
        writer.WritePropertyName("value"u8);
        JsonSerializer.Serialize(writer, value, options);
        WriteConditions(writer, etag, stateOptions, metadata);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.Flush();
        return body;
    }

    public PooledBuffer WriteBulkGet(IReadOnlyList<string> keys, int? parallelism, IReadOnlyDictionary<string, string>? metadata)
    {
        var body = new PooledBuffer(capacity: 64 * keys.Count);
        using var writer = new Utf8JsonWriter(body, _writing);
        writer.WriteStartObject();
        writer.WriteStartArray("keys"u8);
        foreach (var key in keys)
            writer.WriteStringValue(key);
        writer.WriteEndArray();
        if (parallelism is { } number)
            writer.WriteNumber("parallelism"u8, number);
        WriteMetadata(writer, metadata);
        writer.WriteEndObject();
        writer.Flush();
        return body;
    }

    public PooledBuffer WriteTransaction(IReadOnlyList<StateTransactionRequest> operations, IReadOnlyDictionary<string, string>? metadata)
    {
        var body = new PooledBuffer(capacity: 1024);
        using var writer = new Utf8JsonWriter(body, _writing);
        writer.WriteStartObject();
        writer.WriteStartArray("operations"u8);
        foreach (var operation in operations)
        {
            writer.WriteStartObject();
            writer.WriteString("operation"u8, operation.OperationType switch
            {
                StateOperationType.Upsert => "upsert"u8,
                StateOperationType.Delete => "delete"u8,
                var other => throw new ArgumentException($"{other} is not a state operation.", nameof(operations)),
            });
            writer.WriteStartObject("request"u8);
            writer.WriteString("key"u8, operation.Key);
            if (operation.Value is { Length: > 0 } value)
            {
                writer.WritePropertyName("value"u8);
                writer.WriteRawValue(value);
            }
            WriteConditions(writer, operation.ETag, operation.Options, operation.Metadata);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        WriteMetadata(writer, metadata);
        writer.WriteEndObject();
        writer.Flush();
        return body;
    }

    /// <summary>Writes a value that is not wrapped in anything: an event's data.</summary>
    public byte[] WriteValue<TValue>(TValue value) => JsonSerializer.SerializeToUtf8Bytes(value, options);

    /// <summary>Reads a value; default from no bytes at all, which is how a missing key looks.</summary>
    public TValue ReadValue<TValue>(ReadOnlySpan<byte> body) => body.IsEmpty ? default! : JsonSerializer.Deserialize<TValue>(body, options)!;

    public List<BulkStateItem<TValue>> ReadBulk<TValue>(ReadOnlySpan<byte> body)
    {
        var items = new List<BulkStateItem<TValue>>();
        var reader = new Utf8JsonReader(body, _reading);
        while (ReadItem(ref reader))
        {
            string key = "", etag = "";
            TValue value = default!;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                switch (ReadField(ref reader))
                {
                    case BulkField.Key: key = reader.GetString()!; break;
                    case BulkField.ETag: etag = reader.GetString()!; break;
                    case BulkField.Data: value = JsonSerializer.Deserialize<TValue>(ref reader, options)!; break;
                    default: reader.Skip(); break;
                }
            }
            items.Add(new BulkStateItem<TValue>(key, value, etag));
        }
        return items;
    }

    public List<BulkStateItem> ReadBulk(ReadOnlySpan<byte> body)
    {
        var items = new List<BulkStateItem>();
        var reader = new Utf8JsonReader(body, _reading);
        while (ReadItem(ref reader))
        {
            string key = "", etag = "", value = "";
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                switch (ReadField(ref reader))
                {
                    case BulkField.Key: key = reader.GetString()!; break;
                    case BulkField.ETag: etag = reader.GetString()!; break;
                    case BulkField.Data:
                        var start = (int)reader.TokenStartIndex;
                        reader.Skip();
                        value = Encoding.UTF8.GetString(body[start..(int)reader.BytesConsumed]);
                        break;
                    default: reader.Skip(); break;
                }
            }
            items.Add(new BulkStateItem(key, value, etag));
        }
        return items;
    }

    enum BulkField
    {
        Other,
        Key,
        ETag,
        Data,
    }

    static bool ReadItem(ref Utf8JsonReader reader) =>
        reader.TokenType switch
        {
            JsonTokenType.None when !reader.Read() || reader.TokenType != JsonTokenType.StartArray => throw new JsonException("A bulk answer is an array."),
            _ => reader.Read() && reader.TokenType == JsonTokenType.StartObject,
        };

    /// <summary>Moves from a property's name to its value. An <c>error</c> is dropped, as by the official SDK: absence proves nothing.</summary>
    static BulkField ReadField(ref Utf8JsonReader reader)
    {
        var field = reader.ValueTextEquals("key"u8) ? BulkField.Key
            : reader.ValueTextEquals("etag"u8) ? BulkField.ETag
            : reader.ValueTextEquals("data"u8) ? BulkField.Data
            : BulkField.Other;
        reader.Read();
        return field is BulkField.Key or BulkField.ETag && reader.TokenType == JsonTokenType.Null ? BulkField.Other : field;
    }

    static void WriteConditions(Utf8JsonWriter writer, string? etag, StateOptions? stateOptions, IReadOnlyDictionary<string, string>? metadata)
    {
        // An empty ETag is none to Dapr too.
        if (!string.IsNullOrEmpty(etag))
            writer.WriteString("etag"u8, etag);
        if (stateOptions is not null)
        {
            writer.WriteStartObject("options"u8);
            if (stateOptions.Concurrency is { } concurrency)
                writer.WriteString("concurrency"u8, concurrency.ToWire());
            if (stateOptions.Consistency is { } consistency)
                writer.WriteString("consistency"u8, consistency.ToWire());
            writer.WriteEndObject();
        }
        WriteMetadata(writer, metadata);
    }

    static void WriteMetadata(Utf8JsonWriter writer, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null or { Count: 0 })
            return;
        writer.WriteStartObject("metadata"u8);
        foreach (var (name, value) in metadata)
            writer.WriteString(name, value);
        writer.WriteEndObject();
    }
}
