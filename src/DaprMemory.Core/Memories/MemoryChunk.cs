using DaprMemory.Core.Log;
using DaprMemory.Core.Search;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Memories;

/// <summary>A chunk of an index checkpoint: memories as an index sees them.</summary>
internal static class MemoryChunk
{
    /// <summary>About how many bytes a chunk has before it is packed; even if they do not compress, its text stays under 512 KiB.</summary>
    const int MaxRawBytes = 300 * 1024;
    const byte Format = 1;
    const long NoTime = long.MinValue;

    /// <summary>Packs memories into the texts of chunks, one after the other.</summary>
    public static IEnumerable<byte[]> Encode(IEnumerable<MemoryDocument> documents)
    {
        var some = new List<MemoryDocument>();
        long bytes = 0;
        foreach (var document in documents)
        {
            var size = SizeOf(document);
            if (some.Count > 0 && bytes + size > MaxRawBytes)
            {
                yield return Pack(some);
                some.Clear();
                bytes = 0;
            }
            some.Add(document);
            bytes += size;
        }
        if (some.Count > 0)
            yield return Pack(some);
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

    // Three bytes are the most that a char takes, and 400 hold the rest but for tags and links.
    static long SizeOf(MemoryDocument document) =>
        400 + 3L * (document.Text.Length + document.Agent.Length) + (document.Tags ?? []).Sum(tag => tag.Length + 1L) + (document.Links ?? []).Sum(link => link.Length + 1L);

    static byte[] Pack(List<MemoryDocument> documents) => PackedText.Pack(writer =>
    {
        writer.Write(Format);
        writer.Write7BitEncodedInt(documents.Count);
        foreach (var document in documents)
            Write(writer, document);
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
