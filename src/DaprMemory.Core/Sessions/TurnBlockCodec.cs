using System.Buffers;
using System.Globalization;
using System.Text.Json;
using DaprMemory.Core.Spaces;
using static DaprMemory.Core.Log.LogJson;

namespace DaprMemory.Core.Sessions;

/// <summary>A block's JSON text, as it stands in the hot store. What was said stands in it byte for byte.</summary>
internal static class TurnBlockCodec
{
    /// <summary>The newest format that this node writes, and reads.</summary>
    public const int Format = 1;

    public static byte[] Encode(TurnBlock block)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("v"u8, Format);
            json.WriteNumber("n"u8, block.Number);
            json.WriteString("id"u8, block.Id);
            json.WriteNumber("first"u8, block.First);
            json.WriteStartArray("entries"u8);
            foreach (var entry in block.Entries)
                Write(json, entry);
            json.WriteEndArray();
            if (block.Seal is { } seal)
            {
                json.WriteStartObject("seal"u8);
                WriteRequest(json, seal.By, seal.RequestId, seal.RequestDigest);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a block. The contents point into <paramref name="json"/>.</summary>
    /// <exception cref="FormatException">The text is not a block of a format that this node reads.</exception>
    public static TurnBlock Decode(ReadOnlyMemory<byte> json)
    {
        try
        {
            var reader = NewReader(json);
            return ReadBlock(ref reader, json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or OverflowException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    static void Write(Utf8JsonWriter json, TurnEntry entry)
    {
        json.WriteStartObject();
        WriteRequest(json, entry.By, entry.RequestId, entry.RequestDigest);
        json.WriteStartArray("turns"u8);
        foreach (var turn in entry.Turns)
        {
            json.WriteStartObject();
            json.WriteString("role"u8, turn.Role);
            json.WritePropertyName("content"u8);
            json.WriteRawValue(turn.Content.Span, skipInputValidation: true);
            json.WriteString("agent"u8, turn.Agent);
            json.WriteString("at"u8, TimeText(turn.At));
            if (!turn.Metadata.IsEmpty)
            {
                json.WritePropertyName("metadata"u8);
                json.WriteRawValue(turn.Metadata.Span, skipInputValidation: true);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (entry.Dependencies is { } dependencies)
            WriteDependencies(json, dependencies);
        json.WriteEndObject();
    }

    static void WriteRequest(Utf8JsonWriter json, string by, string requestId, UInt128 digest)
    {
        json.WriteString("by"u8, by);
        json.WriteString("requestId"u8, requestId);
        json.WriteString("requestDigest"u8, digest.ToString("x32", CultureInfo.InvariantCulture));
    }

    static TurnBlock ReadBlock(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        var format = 0;
        long number = 0, first = 0;
        Guid id = default;
        List<TurnEntry>? entries = null;
        TurnSeal? seal = null;
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextProperty(ref reader))
        {
            if (Is(ref reader, "v"u8)) format = reader.GetInt32();
            else if (Is(ref reader, "n"u8)) number = reader.GetInt64();
            else if (Is(ref reader, "id"u8)) id = reader.GetGuid();
            else if (Is(ref reader, "first"u8)) first = reader.GetInt64();
            else if (Is(ref reader, "entries"u8))
            {
                entries = [];
                while (NextObject(ref reader))
                    entries.Add(ReadEntry(ref reader, json));
            }
            else if (Is(ref reader, "seal"u8)) seal = ReadSeal(ref reader);
            else Skip(ref reader);
        }
        if (format is < 1 or > Format)
            throw new FormatException($"format {format} is not known to this node, which reads up to {Format}");
        if (number < 1 || first < 1 || entries is null || reader.BytesConsumed != json.Length)
            throw new FormatException("a member is missing, or more text follows");
        return new TurnBlock(number, id, first, entries) { Seal = seal };
    }

    static TurnEntry ReadEntry(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        string? by = null, requestId = null;
        UInt128 digest = default;
        List<Turn>? turns = null;
        DependencySet? dependencies = null;
        while (NextProperty(ref reader))
        {
            if (Is(ref reader, "by"u8)) by = reader.GetString();
            else if (Is(ref reader, "requestId"u8)) requestId = reader.GetString();
            else if (Is(ref reader, "requestDigest"u8)) digest = GetDigest(ref reader);
            else if (Is(ref reader, "turns"u8))
            {
                turns = [];
                while (NextObject(ref reader))
                    turns.Add(ReadTurn(ref reader, json));
            }
            else if (Is(ref reader, "deps"u8)) dependencies = GetDependencies(ref reader);
            else Skip(ref reader);
        }
        return by is not null && requestId is not null && turns is { Count: > 0 }
            ? new TurnEntry(by, requestId, digest, turns, dependencies)
            : throw new FormatException("a member of an entry is missing");
    }

    static TurnSeal ReadSeal(ref Utf8JsonReader reader)
    {
        string? by = null, requestId = null;
        UInt128 digest = default;
        while (NextProperty(ref reader))
        {
            if (Is(ref reader, "by"u8)) by = reader.GetString();
            else if (Is(ref reader, "requestId"u8)) requestId = reader.GetString();
            else if (Is(ref reader, "requestDigest"u8)) digest = GetDigest(ref reader);
            else Skip(ref reader);
        }
        return by is not null && requestId is not null ? new TurnSeal(by, requestId, digest) : throw new FormatException("a member of a seal is missing");
    }

    static UInt128 GetDigest(ref Utf8JsonReader reader) => UInt128.Parse(reader.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    static Turn ReadTurn(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        string? role = null, agent = null;
        ReadOnlyMemory<byte> content = default, metadata = default;
        DateTimeOffset at = default;
        while (NextProperty(ref reader))
        {
            if (Is(ref reader, "role"u8)) role = reader.GetString();
            else if (Is(ref reader, "content"u8)) content = GetRaw(ref reader, json);
            else if (Is(ref reader, "agent"u8)) agent = reader.GetString();
            else if (Is(ref reader, "at"u8)) at = reader.GetDateTimeOffset();
            else if (Is(ref reader, "metadata"u8)) metadata = GetRaw(ref reader, json);
            else Skip(ref reader);
        }
        return role is not null && agent is not null && !content.IsEmpty
            ? new Turn(0, role, content, agent, at, metadata)
            : throw new FormatException("a member of a turn is missing");
    }
}
