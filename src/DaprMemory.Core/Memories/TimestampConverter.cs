using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DaprMemory.Core.Memories;

/// <summary>Times in memories: ISO 8601, to the millisecond; one without an offset is UTC, whatever the machine's own zone.</summary>
public sealed class TimestampConverter : JsonConverter<DateTimeOffset>
{
    const string Format = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <inheritdoc />
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String || !reader.TryGetDateTime(out var time))
            throw new JsonException("a time is ISO 8601, such as 2026-03-01T09:30:00Z");
        var utc = time.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(time, DateTimeKind.Utc) : time.ToUniversalTime();
        return DateTimeOffset.FromUnixTimeMilliseconds(new DateTimeOffset(utc).ToUnixTimeMilliseconds());
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
}
