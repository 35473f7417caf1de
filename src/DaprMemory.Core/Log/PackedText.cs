using System.Buffers.Text;
using System.IO.Compression;
using System.Text;

namespace DaprMemory.Core.Log;

/// <summary>Rows of binary data compressed and written as base64 text, with a checksum.</summary>
internal static class PackedText
{
    const int BufferBytes = 64 * 1024;

    /// <summary>Of what stands before the rows, the checksum, and blocks that do not compress.</summary>
    const int OverheadBytes = 4096;

    /// <summary>How many bytes of rows certainly fit into a text of so many, even if they do not compress.</summary>
    public static int RawBytesIn(int textBytes) => (textBytes - OverheadBytes) / 4 * 3;

    public static byte[] Pack(Action<BinaryWriter> write)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var writer = new BinaryWriter(stream, Encoding.UTF8))
            write(writer);
        return Base64Url.EncodeToUtf8(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    /// <exception cref="FormatException">It is not such a text, or not what <paramref name="read"/> expects.</exception>
    public static T Unpack<T>(ReadOnlySpan<byte> text, Func<BinaryReader, T> read)
    {
        try
        {
            using var packed = new MemoryStream(Base64Url.DecodeFromUtf8(text));
            using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
            using var buffered = new BufferedStream(unpacked, BufferBytes);
            using var reader = new BinaryReader(buffered, Encoding.UTF8);
            var value = read(reader);
            // Reading to the end makes the stream verify its checksum.
            return buffered.ReadByte() < 0 ? value : throw new FormatException("more bytes follow the last row");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ArgumentException)
        {
            throw new FormatException(e.Message, e);
        }
    }
}
