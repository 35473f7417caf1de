using System.Text;

namespace DaprMemory.Core.Sessions;

/// <summary>The default, for no model in particular: a token for every four bytes of UTF-8 text, rounded up.</summary>
public sealed class ByteTokenCounter : ITokenCounter
{
    const int BytesPerToken = 4;

    /// <inheritdoc />
    public int Count(string text) => (Encoding.UTF8.GetByteCount(text) + BytesPerToken - 1) / BytesPerToken;
}
