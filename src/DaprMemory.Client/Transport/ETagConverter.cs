using System.Text.Json;
using System.Text.Json.Serialization;
using DaprMemory.Core.State;

namespace DaprMemory.Client.Transport;

/// <summary>ETags in bodies: <c>n.i</c>.</summary>
sealed class ETagConverter : JsonConverter<ETag>
{
    public override ETag Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && ETag.TryParse(reader.GetString(), out var etag) ? etag : throw new JsonException("not an ETag");

    public override void Write(Utf8JsonWriter writer, ETag value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
