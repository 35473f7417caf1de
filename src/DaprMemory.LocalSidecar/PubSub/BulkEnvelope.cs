using System.Buffers;
using System.Globalization;
using System.Text.Json;
using DaprMemory.LocalSidecar.Brokers;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>Makes the body of a bulk delivery.</summary>
internal static class BulkEnvelope
{
    const int BytesAnEntry = 1024;

    public static ReadOnlyMemory<byte> Write(Subscription subscription, IReadOnlyList<Delivery> deliveries)
    {
        var output = new ArrayBufferWriter<byte>(deliveries.Count * BytesAnEntry);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("id", Guid.NewGuid().ToString());
        json.WriteString("type", "com.dapr.event.sent.bulk");
        json.WriteString("topic", subscription.Topic.Topic);
        json.WriteString("pubsubname", subscription.Topic.PubSub);
        json.WriteStartObject("metadata");
        json.WriteEndObject();
        json.WriteStartArray("entries");
        foreach (var (_, id, message) in deliveries)
        {
            json.WriteStartObject();
            json.WriteString("entryId", id.ToString(CultureInfo.InvariantCulture));
            json.WriteString("contentType", subscription.IsRaw ? "application/octet-stream" : ContentType.CloudEvent);
            json.WriteStartObject("metadata");
            foreach (var (name, value) in message.Metadata ?? new Dictionary<string, string>())
                json.WriteString(name, value);
            json.WriteEndObject();
            if (subscription.IsRaw)
            {
                json.WriteBase64String("event", message.Body.Span);
            }
            else
            {
                json.WritePropertyName("event");
                json.WriteRawValue(message.Body.Span, skipInputValidation: true);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }
}
