using System.Buffers;
using System.Text;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Log;

/// <summary>
/// One chunk of a checkpoint: rows of the view, the idempotency window and the dependencies, packed, compressed and written as base64 text. What
/// stands in it is a function of the log alone, so the chunks of two nodes that save the same version can stand for each other.
/// </summary>
internal sealed class CheckpointChunk
{
    /// <summary>The longest text of a chunk, unless the store takes less.</summary>
    const int MaxTextBytes = 512 * 1024;

    const byte RecordRow = 1;
    const byte RequestRow = 2;
    const byte DependencyRow = 3;

    public List<KeyValuePair<RecordKey, RecordInfo>> Records { get; } = [];

    public List<IdempotencyWindow.Item> Requests { get; } = [];

    public List<KeyValuePair<string, long>> Dependencies { get; } = [];

    /// <summary>How many rows stand in the chunks before this one.</summary>
    public long FirstRow { get; private set; }

    public int Rows => Records.Count + Requests.Count + Dependencies.Count;

    /// <summary>Packs all rows of a version into the texts of its chunks, one after the other.</summary>
    /// <param name="view">The view at that version.</param>
    /// <param name="requests">The window.</param>
    /// <param name="maxItemBytes">The longest text that the store takes.</param>
    public static IEnumerable<byte[]> Encode(View view, IEnumerable<IdempotencyWindow.Item> requests, int maxItemBytes)
    {
        var maxRawBytes = PackedText.RawBytesIn(Math.Min(MaxTextBytes, maxItemBytes));
        var raw = new ArrayBufferWriter<byte>(maxRawBytes + 4096);
        long firstRow = 0;
        var rows = 0;
        using var row = new MemoryStream();
        using var writer = new BinaryWriter(row, Encoding.UTF8);
        foreach (var write in RowWriters(view, requests))
        {
            row.SetLength(0);
            write(writer);
            writer.Flush();
            if (rows > 0 && raw.WrittenCount + row.Length > maxRawBytes)
            {
                yield return Pack(view.Version, firstRow, rows, raw.WrittenMemory);
                firstRow += rows;
                rows = 0;
                raw.ResetWrittenCount();
            }
            raw.Write(row.GetBuffer().AsSpan(0, (int)row.Length));
            rows++;
        }
        if (rows > 0)
            yield return Pack(view.Version, firstRow, rows, raw.WrittenMemory);
    }

    /// <exception cref="FormatException">The text is no chunk of this version.</exception>
    public static CheckpointChunk Decode(long version, ReadOnlySpan<byte> text)
    {
        return PackedText.Unpack(text, reader =>
        {
            if (reader.ReadInt64() is var found && found != version)
                throw new FormatException($"a chunk of version {found}");
            var chunk = new CheckpointChunk { FirstRow = reader.ReadInt64() };
            var rows = reader.ReadInt32();
            for (var i = 0; i < rows; i++)
                chunk.ReadRow(reader);
            return chunk;
        });
    }

    static IEnumerable<Action<BinaryWriter>> RowWriters(View view, IEnumerable<IdempotencyWindow.Item> requests)
    {
        KeyValuePair<RecordKey, RecordInfo> record = default;
        Action<BinaryWriter> writeRecord = w => Write(w, record.Key, record.Value);
        foreach (var r in view.All())
        {
            record = r;
            yield return writeRecord;
        }
        foreach (var request in requests)
            yield return w => Write(w, request);
        foreach (var (space, version) in view.Dependencies)
            yield return w => Write(w, space, version);
    }

    static byte[] Pack(long version, long firstRow, int rows, ReadOnlyMemory<byte> raw) => PackedText.Pack(writer =>
    {
        writer.Write(version);
        writer.Write(firstRow);
        writer.Write(rows);
        writer.Write(raw.Span);
    });

    static void Write(BinaryWriter writer, RecordKey key, RecordInfo info)
    {
        writer.Write(RecordRow);
        writer.Write((byte)key.Kind);
        writer.Write(key.Key);
        writer.Write7BitEncodedInt64(info.ETag.Commit);
        writer.Write7BitEncodedInt(info.ETag.Entry);
        writer.Write7BitEncodedInt64(info.ExpiresAt?.ToUnixTimeMilliseconds() ?? 0);
        writer.Write7BitEncodedInt(info.Tags?.Length ?? 0);
        foreach (var tag in info.Tags ?? [])
            writer.Write(tag);
    }

    static void Write(BinaryWriter writer, IdempotencyWindow.Item item)
    {
        writer.Write(RequestRow);
        writer.Write((ulong)item.Request);
        writer.Write((ulong)(item.Request >> 64));
        writer.Write((ulong)item.Digest);
        writer.Write((ulong)(item.Digest >> 64));
        writer.Write7BitEncodedInt64(item.Place.Commit);
        writer.Write7BitEncodedInt(item.Place.Entry);
        writer.Write7BitEncodedInt64(item.At.ToUnixTimeMilliseconds());
    }

    static void Write(BinaryWriter writer, string space, long version)
    {
        writer.Write(DependencyRow);
        writer.Write(space);
        writer.Write7BitEncodedInt64(version);
    }

    void ReadRow(BinaryReader reader)
    {
        switch (reader.ReadByte())
        {
            case RecordRow:
                var key = new RecordKey((RecordKind)reader.ReadByte(), reader.ReadString());
                var etag = new ETag(reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt());
                var expiresAt = reader.Read7BitEncodedInt64();
                var tags = reader.Read7BitEncodedInt() is > 0 and var count ? new string[count] : null;
                for (var i = 0; i < tags?.Length; i++)
                    tags[i] = reader.ReadString();
                Records.Add(new(key, new RecordInfo(etag, expiresAt == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(expiresAt), tags)));
                break;
            case RequestRow:
                var request = new UInt128(lower: reader.ReadUInt64(), upper: reader.ReadUInt64());
                var digest = new UInt128(lower: reader.ReadUInt64(), upper: reader.ReadUInt64());
                var place = new ETag(reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt());
                Requests.Add(new(request, digest, place, DateTimeOffset.FromUnixTimeMilliseconds(reader.Read7BitEncodedInt64())));
                break;
            case DependencyRow:
                Dependencies.Add(new(reader.ReadString(), reader.Read7BitEncodedInt64()));
                break;
            case var kind:
                throw new FormatException($"a row of kind {kind}");
        }
    }
}
