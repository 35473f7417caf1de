using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using DaprMemory.Core.Log;

namespace DaprMemory.Service.Dapr;

/// <summary>
/// Writes a <see cref="CommitPayload"/> as a JSON string with the fewest escapes and reads it back, bytes to bytes. It does its own escaping
/// because every encoder of .NET makes six or twelve bytes of some character (U+007F, emoji), and a body must stay under Dapr's 4 MiB.
/// </summary>
internal sealed class CommitPayloadConverter : JsonConverter<CommitPayload>
{
    // Quote, backslash and control characters: the only bytes that a JSON string may not hold as they are.
    static readonly SearchValues<byte> Escaped = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(c => (byte)c)]);

    public override CommitPayload Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            // Not ours. Handed on as it is: the log must call it corrupt, not absent.
            using var foreign = JsonDocument.ParseValue(ref reader);
            return new CommitPayload(JsonMarshal.GetRawUtf8Value(foreign.RootElement).ToArray());
        }
        if (!reader.ValueIsEscaped && !reader.HasValueSequence)
            return new CommitPayload(reader.ValueSpan.ToArray());

        var rented = ArrayPool<byte>.Shared.Rent(reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length);
        try
        {
            var length = reader.CopyString(rented);
            return new CommitPayload(rented.AsSpan(0, length).ToArray());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public override void Write(Utf8JsonWriter writer, CommitPayload value, JsonSerializerOptions options)
    {
        var text = value.Text.GetValueOrDefault().Span;
        if (!Utf8.IsValid(text))
            throw new ArgumentException("A payload is UTF-8 text.", nameof(value));

        var rented = ArrayPool<byte>.Shared.Rent(StoredText.LengthOf(text));
        try
        {
            writer.WriteRawValue(rented.AsSpan(0, Escape(text, rented)), skipInputValidation: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    static int Escape(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        destination[0] = (byte)'"';
        var written = 1;
        int run;
        while ((run = text.IndexOfAny(Escaped)) >= 0)
        {
            text[..run].CopyTo(destination[written..]);
            written += run;
            var escaped = text[run];
            destination[written++] = (byte)'\\';
            if (escaped < 0x20)
            {
                "u00"u8.CopyTo(destination[written..]);
                destination[written + 3] = (byte)('0' + (escaped >> 4));
                destination[written + 4] = "0123456789abcdef"u8[escaped & 0xF];
                written += 5;
            }
            else
            {
                destination[written++] = escaped;
            }
            text = text[(run + 1)..];
        }
        text.CopyTo(destination[written..]);
        written += text.Length;
        destination[written] = (byte)'"';
        return written + 1;
    }
}
