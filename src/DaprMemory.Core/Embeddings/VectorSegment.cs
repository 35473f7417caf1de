using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace DaprMemory.Core.Embeddings;

/// <summary>
/// Vectors as text for the store. Format 1, little-endian, as base64url: a byte 1, the dimensions (4 bytes), the number of vectors (4), of each its text's
/// key (16), its scale (4) and its bytes; and the first 8 bytes of the SHA-256 of all that.
/// </summary>
internal static class VectorSegment
{
    const byte Format = 1;
    const int HeadBytes = 9;
    const int KeyBytes = 16;
    const int ItemHeadBytes = KeyBytes + sizeof(float);
    const int ChecksumBytes = 8;

    const int QuoteBytes = 2;

    /// <summary>A segment's longest text: four in one answer stay below a sidecar's 4 MiB.</summary>
    const int MaxTextBytes = 900 * 1024;

    /// <summary>How many vectors fit into one segment.</summary>
    /// <param name="dimensions">Of each.</param>
    /// <param name="maxItemBytes">The longest text that the store takes.</param>
    public static int Capacity(int dimensions, int maxItemBytes) =>
        Math.Clamp(((Math.Min(MaxTextBytes, maxItemBytes - QuoteBytes) / 4 * 3) - HeadBytes - ChecksumBytes) / (ItemHeadBytes + dimensions), 1, 1000);

    public static byte[] Encode(int dimensions, IReadOnlyList<KeyValuePair<UInt128, QuantizedVector>> items)
    {
        var bytes = new byte[HeadBytes + items.Count * (ItemHeadBytes + dimensions) + ChecksumBytes];
        bytes[0] = Format;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), dimensions);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(5), items.Count);
        var rest = bytes.AsSpan(HeadBytes);
        foreach (var (key, vector) in items)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(rest, key);
            BinaryPrimitives.WriteSingleLittleEndian(rest[KeyBytes..], vector.Scale);
            MemoryMarshal.AsBytes(vector.Values.Span).CopyTo(rest[ItemHeadBytes..]);
            rest = rest[(ItemHeadBytes + dimensions)..];
        }
        Checksum(bytes.AsSpan(..^ChecksumBytes)).CopyTo(rest);
        return Base64Url.EncodeToUtf8(bytes);
    }

    /// <exception cref="FormatException">The text is no segment of vectors of so many dimensions.</exception>
    public static List<KeyValuePair<UInt128, QuantizedVector>> Decode(int dimensions, ReadOnlySpan<byte> text)
    {
        var bytes = Base64Url.DecodeFromUtf8(text);
        if (bytes.Length < HeadBytes + ChecksumBytes || !Checksum(bytes.AsSpan(..^ChecksumBytes)).AsSpan().SequenceEqual(bytes.AsSpan(^ChecksumBytes..)))
            throw new FormatException("the checksum does not fit");
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(5));
        if (bytes[0] != Format || BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(1)) != dimensions
            || bytes.Length != HeadBytes + (long)count * (ItemHeadBytes + dimensions) + ChecksumBytes)
            throw new FormatException("another format, or other dimensions");
        var items = new List<KeyValuePair<UInt128, QuantizedVector>>(count);
        for (var start = HeadBytes; items.Count < count; start += ItemHeadBytes + dimensions)
        {
            var item = bytes.AsSpan(start);
            var values = MemoryMarshal.Cast<byte, sbyte>(item.Slice(ItemHeadBytes, dimensions)).ToArray();
            items.Add(new(BinaryPrimitives.ReadUInt128LittleEndian(item), new QuantizedVector(BinaryPrimitives.ReadSingleLittleEndian(item[KeyBytes..]), values)));
        }
        return items;
    }

    static byte[] Checksum(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes)[..ChecksumBytes];
}
