using System.Buffers;
using System.Globalization;
using System.Text;
using DaprMemory.Core.Log;

namespace DaprMemory.Service.Watch;

/// <summary>How commits look in a stream of server-sent events.</summary>
internal static class EventText
{
    /// <summary>The media type of such a stream.</summary>
    public const string ContentType = "text/event-stream";

    // What ends a line there. JSON has them raw only as white space.
    static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    /// <summary>Writes a commit. Its text is the data's lines joined by line feeds, but for carriage returns, which no line can carry: they become spaces.</summary>
    public static void WriteCommit(IBufferWriter<byte> to, in StoredCommit commit)
    {
        WriteId(to, commit.Number);
        to.Write("event: commit\ndata: "u8);
        var text = commit.Json.Span;
        for (int end; (end = text.IndexOfAny(LineEnds)) >= 0; text = text[(end + 1)..])
        {
            to.Write(text[..end]);
            to.Write(text[end] == '\n' ? "\ndata: "u8 : " "u8);
        }
        to.Write(text);
        to.Write("\n\n"u8);
    }

    /// <summary>Writes a sign of life that no listener hears, but by which a client that comes again knows where to go on.</summary>
    public static void WriteHeartbeat(IBufferWriter<byte> to, long position)
    {
        to.Write(":\n"u8);
        WriteId(to, position);
        to.Write("\n"u8);
    }

    static void WriteId(IBufferWriter<byte> to, long number) =>
        to.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {number}\n")));
}
