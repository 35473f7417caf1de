using System.Text;
using DaprMemory.Core.Log;
using DaprMemory.Core.Search;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Memories;

/// <summary>A chunk of an index checkpoint: memories as an index sees them.</summary>
internal static class MemoryChunk
{
    /// <summary>The longest text of a chunk, unless the store takes less.</summary>
    const int MaxTextBytes = 512 * 1024;

    const byte Format = 1;
    const long NoTime = long.MinValue;

    /// <summary>Packs memories into the texts of chunks, one after the other.</summary>
    /// <param name="documents">The memories; one alone always fits.</param>
    /// <param name="maxItemBytes">The longest text that the store takes.</param>
    public static IEnumerable<byte[]> Encode(IEnumerable<MemoryDocument> documents, int maxItemBytes)
    {
        var maxRawBytes = PackedText.RawBytesIn(Math.Min(MaxTextBytes, maxItemBytes));
        using var raw = new MemoryStream();
        using var writer = new BinaryWriter(raw, Encoding.UTF8);
        var rows = 0;
        foreach (var document in documents)
        {
            var end = (int)raw.Length;
            Write(writer, document);
            if (raw.Length <= maxRawBytes || rows == 0)
            {
                rows++;
                continue;
            }
            yield return Pack(rows, raw.GetBuffer().AsMemory(0, end));
            var row = raw.GetBuffer().AsSpan(end, (int)raw.Length - end).ToArray();
            raw.SetLength(0);
            raw.Write(row);
            rows = 1;
        }
        if (rows > 0)
            yield return Pack(rows, raw.GetBuffer().AsMemory(0, (int)raw.Length));
    }

    /// <exception cref="FormatException">The text is no chunk.</exception>
    public static List<MemoryDocument> Decode(ReadOnlySpan<byte> text) => PackedText.Unpack(text, reader =>
    {
        if (reader.ReadByte() is var format && format != Format)
            throw new FormatException($"a chunk of format {format}");
        var documents = new List<MemoryDocument>();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
            documents.Add(Read(reader));
        return documents;
    });

    static byte[] Pack(int rows, ReadOnlyMemory<byte> raw) => PackedText.Pack(writer =>
    {
        writer.Write(Format);
        writer.Write7BitEncodedInt(rows);
        writer.Write(raw.Span);
    });

    static void Write(BinaryWriter writer, MemoryDocument document)
    {
        writer.Write(document.Id);
        writer.Write7BitEncodedInt64(document.ETag.Commit);
        writer.Write7BitEncodedInt(document.ETag.Entry);
        writer.Write(document.Text);
        writer.Write(document.Agent);
        WriteTime(writer, document.At);
        writer.Write(document.Importance);
        writer.Write(document.Session ?? "");
        writer.Write7BitEncodedInt64(document.Turn ?? 0);
        WriteTime(writer, document.ValidFrom);
        WriteTime(writer, document.ValidTo);
        WriteTime(writer, document.ExpiresAt);
        WriteTexts(writer, document.Tags);
        WriteTexts(writer, document.Links);
    }

    static MemoryDocument Read(BinaryReader reader)
    {
        var id = reader.ReadString();
        var etag = new ETag(reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt());
        return new MemoryDocument(id, etag, reader.ReadString(), reader.ReadString(), ReadTime(reader) ?? default)
        {
            Importance = reader.ReadDouble(),
            Session = reader.ReadString() is { Length: > 0 } session ? session : null,
            Turn = reader.Read7BitEncodedInt64() is > 0 and var turn ? turn : null,
            ValidFrom = ReadTime(reader),
            ValidTo = ReadTime(reader),
            ExpiresAt = ReadTime(reader),
            Tags = ReadTexts(reader),
            Links = ReadTexts(reader),
        };
    }

    static void WriteTime(BinaryWriter writer, DateTimeOffset? time) => writer.Write(time?.ToUnixTimeMilliseconds() ?? NoTime);

    static DateTimeOffset? ReadTime(BinaryReader reader) =>
        reader.ReadInt64() is var time && time == NoTime ? null : DateTimeOffset.FromUnixTimeMilliseconds(time);

    static void WriteTexts(BinaryWriter writer, string[]? texts)
    {
        writer.Write7BitEncodedInt(texts?.Length ?? 0);
        foreach (var text in texts ?? [])
            writer.Write(text);
    }

    static string[]? ReadTexts(BinaryReader reader)
    {
        var texts = reader.Read7BitEncodedInt() is > 0 and var count ? new string[count] : null;
        for (var i = 0; i < texts?.Length; i++)
            texts[i] = reader.ReadString();
        return texts;
    }
}
