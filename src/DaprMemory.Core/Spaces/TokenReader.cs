using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace DaprMemory.Core.Spaces;

/// <summary>Reads the text of a <c>Memory-Token</c>: for spaces of one tenant, the versions that its holder has seen.</summary>
/// <remarks>
/// The text is base64url of: a format byte with two flags; the tenant (length byte, ASCII); then for each space, most recently seen first,
/// its name (length as varint, ASCII) and version (varint). It names versions and grants nothing, so it needs no signature: a version that
/// does not exist is found out against the log, before anything is served or written on its word.
/// </remarks>
public ref struct TokenReader
{
    /// <summary>The longest text of one token, in characters.</summary>
    public const int MaxLength = 1024;

    /// <summary>What the bytes of the longest token take.</summary>
    public const int MaxBytes = MaxLength / 4 * 3;

    internal const byte Format = 1;
    const byte Flags = (byte)(TokenGaps.Seen | TokenGaps.Dependencies);

    ReadOnlySpan<byte> _rest;

    TokenReader(ReadOnlySpan<byte> rest, TokenGaps gaps)
    {
        _rest = rest;
        Gaps = gaps;
    }

    /// <summary>What there was no room for.</summary>
    public readonly TokenGaps Gaps { get; }

    /// <summary>Whether all of it has been read, and was well-formed.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Begins to read a token.</summary>
    /// <param name="text">The token.</param>
    /// <param name="buffer">Holds its bytes while it is read; <see cref="MaxBytes"/> are enough.</param>
    /// <param name="tenant">Whose token it must be.</param>
    /// <param name="reader">Stands before the first space.</param>
    /// <returns><c>false</c>: it is no token, or another tenant's.</returns>
    public static bool TryOpen(ReadOnlySpan<char> text, Span<byte> buffer, string tenant, out TokenReader reader)
    {
        reader = default;
        if (text.Length > MaxLength || Base64Url.DecodeFromChars(text, buffer, out _, out var written) != OperationStatus.Done)
            return false;
        ReadOnlySpan<byte> bytes = buffer[..written];
        if (bytes.Length < 2 || (bytes[0] & ~Flags) != Format || bytes.Length < 2 + bytes[1] || !Ascii.Equals(bytes.Slice(2, bytes[1]), tenant))
            return false;
        reader = new TokenReader(bytes[(2 + bytes[1])..], (TokenGaps)(bytes[0] & Flags));
        return true;
    }

    /// <summary>Reads the next space. After <c>false</c>, <see cref="IsAtEnd"/> tells whether the token was well-formed.</summary>
    /// <param name="name">The space's name, ASCII; whether it obeys the rules nobody has checked.</param>
    /// <param name="version">The version seen, from 1.</param>
    public bool TryRead(out ReadOnlySpan<byte> name, out long version)
    {
        name = default;
        version = 0;
        var rest = _rest;
        if (!TryReadNumber(ref rest, out var length) || length > rest.Length)
            return false;
        name = rest[..(int)length];
        rest = rest[(int)length..];
        if (!TryReadNumber(ref rest, out version) || version == 0)
            return false;
        _rest = rest;
        return true;
    }

    static bool TryReadNumber(ref ReadOnlySpan<byte> bytes, out long number)
    {
        number = 0;
        for (var i = 0; i < bytes.Length && i < 9; i++)
        {
            number |= (long)(bytes[i] & 0x7F) << (7 * i);
            if ((bytes[i] & 0x80) == 0)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }
        return false;
    }
}
