using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DaprMemory.Core.Memories;

/// <summary>The JSON text of a memory, as it stands in the log.</summary>
public static class MemoryCodec
{
    // The default encoder writes a quote or an accent as six bytes.
    static readonly MemoryJson Json = new(new JsonSerializerOptions(MemoryJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Writes it.</summary>
    public static ReadOnlyMemory<byte> Encode(Memory memory) => JsonSerializer.SerializeToUtf8Bytes(memory, Json.Memory);

    /// <summary>Reads what <see cref="Encode"/> wrote; members that it does not know are passed over.</summary>
    /// <exception cref="FormatException">It is no memory.</exception>
    public static Memory Decode(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Json.Memory) ?? throw new FormatException("a memory is null");
        }
        catch (JsonException e)
        {
            throw new FormatException(e.Message, e);
        }
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Memory))]
internal sealed partial class MemoryJson : JsonSerializerContext;
