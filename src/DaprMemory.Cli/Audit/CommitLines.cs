using System.Runtime.CompilerServices;
using System.Text.Json;

namespace DaprMemory.Cli.Audit;

/// <summary>
/// Reads an export: commits, byte for byte, with a line feed behind each. Values of agents may have line feeds of their own between their tokens, so it is
/// the JSON that says where a commit ends; where it is broken, the line does.
/// </summary>
internal static class CommitLines
{
    const int MaxCommitBytes = 64 * 1024 * 1024;
    const int MaxDepth = 256;
    const byte LineFeed = (byte)'\n';

    /// <exception cref="IOException">What should be a commit never ends.</exception>
    public static async IAsyncEnumerable<CommitLine> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var buffer = new byte[256 * 1024];
        var (start, end, place, isOver) = (0, 0, 0L, false);
        while (true)
        {
            while (Take(buffer.AsSpan(start, end - start), isOver) is { Length: > 0 } taken)
            {
                var (length, text, isWhole) = taken;
                place += length;
                if (text > 0)
                    yield return new CommitLine(buffer.AsMemory(start, text).ToArray(), place, isWhole);
                start += length;
            }
            if (isOver)
                yield break;
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            if (end == buffer.Length)
                Array.Resize(ref buffer, buffer.Length <= MaxCommitBytes / 2 ? buffer.Length * 2 : throw new IOException("there is a commit without an end: is this an export?"));
            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
            (end, isOver) = (end + read, read == 0);
        }
    }

    /// <summary>Takes what stands at the beginning: a commit, or the line if that is none. Nothing while its end is not there yet.</summary>
    /// <returns>How much that is, how much of it without the line feed, and whether it is a whole commit.</returns>
    static (int Length, int Text, bool IsWhole) Take(ReadOnlySpan<byte> bytes, bool isOver)
    {
        if (bytes.IsEmpty)
            return default;
        // Never the final block: what ends too early is torn as a whole, line feeds and all, and no broken JSON.
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth, AllowMultipleValues = true }));
        int from;
        try
        {
            // Only an object; what else may stand there ends with its line.
            if (bytes[0] == (byte)'{')
            {
                if (!reader.Read() || !reader.TrySkip())
                    return isOver ? (bytes.Length, bytes.Length, false) : default;
                from = (int)reader.BytesConsumed;
            }
            else
                from = 0;
        }
        catch (JsonException)
        {
            from = 0;
        }
        var feed = bytes[from..].IndexOf(LineFeed);
        if (feed >= 0)
            return (from + feed + 1, from + feed, IsWhole: from > 0 && feed == 0);
        return isOver ? (bytes.Length, bytes.Length, false) : default;
    }
}

/// <summary>What stands between two line feeds that are no commit's own.</summary>
/// <param name="Text">The bytes.</param>
/// <param name="End">Where the next begins, in bytes from the beginning.</param>
/// <param name="IsWhole">Whether it is a JSON object with a line feed behind it, as a commit that was written to its end.</param>
internal readonly record struct CommitLine(ReadOnlyMemory<byte> Text, long End, bool IsWhole);
