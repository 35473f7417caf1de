using System.Text;

namespace DaprMemory.Core.Sessions;

/// <summary>
/// The default, for no model in particular: a token for every four bytes of UTF-8 text, rounded up. Parts count with the whole of their JSON.
/// </summary>
public sealed class ByteTokenCounter : ITokenCounter
{
    const int BytesPerToken = 4;

    /// <inheritdoc />
    public int Count(Turn turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        return Count(turn.HasParts ? turn.Content.Length : Encoding.UTF8.GetByteCount(turn.GetText()));
    }

    /// <summary>Counts a text.</summary>
    public static int Count(string text) => Count(Encoding.UTF8.GetByteCount(text));

    static int Count(int bytes) => (bytes + BytesPerToken - 1) / BytesPerToken;
}
