using System.Text;
using System.Text.Json;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>One event of a bulk publish request.</summary>
internal sealed record BulkEntry(string? EntryId, JsonElement Event, string? ContentType, Dictionary<string, string>? Metadata)
{
    /// <summary>Gives the event's bytes, or why it has none of its content type.</summary>
    public string? TryGetBytes(out byte[] bytes)
    {
        bytes = [];
        if (PubSub.ContentType.IsJson(ContentType) || PubSub.ContentType.IsCloudEvent(ContentType))
        {
            bytes = Encoding.UTF8.GetBytes(Event.ValueKind == JsonValueKind.Undefined ? "null" : Event.GetRawText());
            return null;
        }
        var isBinary = PubSub.ContentType.IsBinary(ContentType);
        if ((!isBinary && !PubSub.ContentType.IsText(ContentType)) || Event.ValueKind != JsonValueKind.String)
            return "mismatch between contentType and event";
        if (isBinary)
            return Event.TryGetBytesFromBase64(out bytes!) ? null : "the event is not base64";
        bytes = Encoding.UTF8.GetBytes(Event.GetString()!);
        return null;
    }
}
