using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace DaprMemory.Cli.Import;

/// <summary>The lines of a file as bytes, numbered from 1; a file of any size.</summary>
internal static class FileLines
{
    /// <summary>The longest line, in bytes: far above what a record may be, and little enough to hold.</summary>
    public const int MaxLineBytes = 16 * 1024 * 1024;

    /// <exception cref="IOException">A line is too long.</exception>
    public static async IAsyncEnumerable<(long Number, ReadOnlyMemory<byte> Line)> ReadAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        for (long number = 1; ;)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (TryTakeLine(ref rest, read.IsCompleted, out var line))
                yield return (number, Trim(line, number++ == 1));
            if (read.IsCompleted)
                break;
            if (rest.Length > MaxLineBytes)
                throw new IOException($"line {number} is longer than {MaxLineBytes} bytes: is this a file of JSON lines?");
            pipe.AdvanceTo(rest.Start, rest.End);
        }
        await pipe.CompleteAsync();
    }

    static bool TryTakeLine(ref ReadOnlySequence<byte> rest, bool isEnd, out byte[] line)
    {
        line = [];
        var end = rest.PositionOf((byte)'\n');
        if (end is null && (!isEnd || rest.IsEmpty))
            return false;
        line = rest.Slice(0, end ?? rest.End).ToArray();
        rest = end is { } at ? rest.Slice(rest.GetPosition(1, at)) : rest.Slice(rest.End);
        return true;
    }

    /// <summary>Takes off what belongs to the file and not to the line: a byte order mark, a carriage return.</summary>
    static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> line, bool isFirst)
    {
        if (isFirst && line.Span.StartsWith("\uFEFF"u8))
            line = line[3..];
        return line.Span.EndsWith("\r"u8) ? line[..^1] : line;
    }
}
