using System.Buffers;

namespace DaprMemory.Core.Log;

/// <summary>How stores behind Dapr's HTTP API keep a text: as one JSON string, with the fewest escapes.</summary>
public static class StoredText
{
    static readonly SearchValues<byte> Control = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (byte)c)]);

    /// <summary>How many bytes a text takes, with its quotes.</summary>
    /// <param name="text">UTF-8.</param>
    public static int LengthOf(ReadOnlySpan<byte> text)
    {
        var length = text.Length + 2 + text.Count((byte)'"') + text.Count((byte)'\\');
        // JSON text has control characters between its tokens only, and compact JSON has none.
        for (var rest = text; rest.IndexOfAny(Control) is >= 0 and var at; rest = rest[(at + 1)..])
            length += 5;
        return length;
    }
}
