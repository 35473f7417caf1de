using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DaprMemory.LocalSidecar.Brokers;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>Makes the CloudEvent envelopes that subscribers get, by daprd's rules.</summary>
internal static class CloudEvent
{
    const string DefaultSource = "Dapr";
    const string DefaultType = "com.dapr.event.sent";
    const string SpecVersion = "1.0";

    // About what the envelope adds; the buffer grows if it is more.
    const int AddedBytes = 512;

    static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The publisher's own event: its members as they are, but for Dapr's attributes, which are set or, if absent, added.</summary>
    /// <exception cref="JsonException">It is not a JSON object.</exception>
    public static BrokerMessage Adopt(ReadOnlySpan<byte> body, EventContext context)
    {
        var output = new ArrayBufferWriter<byte>(body.Length + AddedBytes);
        using var json = new Utf8JsonWriter(output, Json);
        var seen = EventAttributes.None;
        var traceParent = context.TraceParent;
        var expiresAt = context.ExpiresAt;
        var reader = new Utf8JsonReader(body);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("the event is not an object");
        json.WriteStartObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var attribute = Recognize(reader);
            var isReplaced = attribute is EventAttributes.Topic or EventAttributes.PubSubName
                || (attribute == EventAttributes.Expiration && context.ExpiresAt is not null);
            if (!isReplaced)
                json.WritePropertyName(reader.GetString()!);
            reader.Read();
            if (attribute == EventAttributes.TraceParent && reader.TokenType == JsonTokenType.String)
                traceParent = reader.GetString()!;
            else if (attribute == EventAttributes.Expiration && reader.TokenType == JsonTokenType.String)
                expiresAt ??= ParseTime(reader.GetString());
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (!isReplaced)
                json.WriteRawValue(body[start..(int)reader.BytesConsumed], skipInputValidation: true);
            seen |= attribute;
        }
        if (reader.Read())
            throw new JsonException("something follows the event");

        json.WriteString("topic", context.Topic.Topic);
        json.WriteString("pubsubname", context.Topic.PubSub);
        Add(EventAttributes.Source, "source", DefaultSource);
        Add(EventAttributes.Type, "type", DefaultType);
        Add(EventAttributes.SpecVersion, "specversion", SpecVersion);
        Add(EventAttributes.Time, "time", Rfc3339(context.Now));
        Add(EventAttributes.TraceId, "traceid", context.TraceParent);
        Add(EventAttributes.TraceParent, "traceparent", context.TraceParent);
        Add(EventAttributes.TraceState, "tracestate", context.TraceState);
        return Finish(json, output, context, traceParent, expiresAt);

        void Add(EventAttributes attribute, string name, string value)
        {
            if ((seen & attribute) == 0)
                json.WriteString(name, value);
        }
    }

    /// <summary>An envelope around data.</summary>
    public static BrokerMessage Wrap(ReadOnlySpan<byte> data, string? contentType, string appId, EventContext context)
    {
        var metadata = context.Metadata;
        var traceParent = metadata["cloudevent.traceparent"] ?? context.TraceParent;
        var output = new ArrayBufferWriter<byte>(data.Length + AddedBytes);
        using var json = new Utf8JsonWriter(output, Json);
        json.WriteStartObject();
        json.WriteString("id", metadata["cloudevent.id"] ?? Guid.NewGuid().ToString());
        json.WriteString("specversion", SpecVersion);
        json.WriteString("datacontenttype", string.IsNullOrEmpty(contentType) ? "text/plain" : contentType);
        json.WriteString("source", metadata["cloudevent.source"] ?? appId);
        json.WriteString("type", metadata["cloudevent.type"] ?? DefaultType);
        if (metadata["cloudevent.subject"] is { Length: > 0 } subject)
            json.WriteString("subject", subject);
        json.WriteString("topic", context.Topic.Topic);
        json.WriteString("pubsubname", context.Topic.PubSub);
        json.WriteString("time", Rfc3339(context.Now));
        json.WriteString("traceid", metadata["cloudevent.traceid"] ?? traceParent);
        json.WriteString("traceparent", traceParent);
        json.WriteString("tracestate", metadata["cloudevent.tracestate"] ?? context.TraceState);
        if (ContentType.IsBinary(contentType))
        {
            json.WriteBase64String("data_base64", data);
        }
        else
        {
            json.WritePropertyName("data");
            // JSON that is none becomes text, silently.
            if (ContentType.IsJson(contentType) && IsJson(data))
                json.WriteRawValue(data, skipInputValidation: true);
            else
                json.WriteStringValue(Encoding.UTF8.GetString(data));
        }
        return Finish(json, output, context, traceParent, context.ExpiresAt);
    }

    /// <summary>The envelope that a subscriber of raw payloads gets; its id is a new one at each delivery.</summary>
    public static ReadOnlyMemory<byte> FromRaw(ReadOnlySpan<byte> data, TopicName topic)
    {
        var output = new ArrayBufferWriter<byte>(data.Length * 4 / 3 + 256);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("id", Guid.NewGuid().ToString());
        json.WriteString("specversion", SpecVersion);
        json.WriteString("datacontenttype", "application/octet-stream");
        json.WriteString("source", DefaultSource);
        json.WriteString("type", DefaultType);
        json.WriteString("topic", topic.Topic);
        json.WriteString("pubsubname", topic.PubSub);
        json.WriteBase64String("data_base64", data);
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    /// <summary>Whether the bytes are one JSON value, an object if so asked.</summary>
    public static bool IsJson(ReadOnlySpan<byte> text, bool mustBeObject = false)
    {
        var reader = new Utf8JsonReader(text);
        try
        {
            if (!reader.Read() || (mustBeObject && reader.TokenType != JsonTokenType.StartObject))
                return false;
            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static BrokerMessage Finish(
        Utf8JsonWriter json, ArrayBufferWriter<byte> output, EventContext context, string traceParent, DateTimeOffset? expiresAt)
    {
        if (context.ExpiresAt is { } setNow)
            json.WriteString("expiration", Rfc3339(setNow));
        json.WriteEndObject();
        json.Flush();
        return new BrokerMessage
        {
            Body = output.WrittenMemory,
            TraceParent = traceParent,
            ExpiresAt = expiresAt,
            Metadata = context.Metadata.Values,
        };
    }

    static EventAttributes Recognize(in Utf8JsonReader name) =>
        name.ValueTextEquals("topic"u8) ? EventAttributes.Topic
        : name.ValueTextEquals("pubsubname"u8) ? EventAttributes.PubSubName
        : name.ValueTextEquals("source"u8) ? EventAttributes.Source
        : name.ValueTextEquals("type"u8) ? EventAttributes.Type
        : name.ValueTextEquals("specversion"u8) ? EventAttributes.SpecVersion
        : name.ValueTextEquals("time"u8) ? EventAttributes.Time
        : name.ValueTextEquals("traceid"u8) ? EventAttributes.TraceId
        : name.ValueTextEquals("traceparent"u8) ? EventAttributes.TraceParent
        : name.ValueTextEquals("tracestate"u8) ? EventAttributes.TraceState
        : name.ValueTextEquals("expiration"u8) ? EventAttributes.Expiration
        : EventAttributes.None;

    static string Rfc3339(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    static DateTimeOffset? ParseTime(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>What Dapr sets, adds or reads.</summary>
    [Flags]
    enum EventAttributes
    {
        None = 0,
        Topic = 1,
        PubSubName = 1 << 1,
        Source = 1 << 2,
        Type = 1 << 3,
        SpecVersion = 1 << 4,
        Time = 1 << 5,
        TraceId = 1 << 6,
        TraceParent = 1 << 7,
        TraceState = 1 << 8,
        Expiration = 1 << 9,
    }
}
