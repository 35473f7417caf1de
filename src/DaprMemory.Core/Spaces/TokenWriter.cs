using System.Buffers.Text;
using System.Text;

namespace DaprMemory.Core.Spaces;

/// <summary>Writes the text of a <c>Memory-Token</c>, as <see cref="TokenReader"/> reads it.</summary>
public ref struct TokenWriter
{
    readonly Span<byte> _buffer;
    int _length;

    /// <summary>Begins a token.</summary>
    /// <param name="buffer">Holds its bytes while it is written: <see cref="TokenReader.MaxBytes"/>.</param>
    /// <param name="tenant">Whose token it is.</param>
    public TokenWriter(Span<byte> buffer, string tenant)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        _buffer = buffer;
        _buffer[1] = (byte)tenant.Length;
        _length = 2 + Encoding.ASCII.GetBytes(tenant, _buffer[2..]);
    }

    /// <summary>Adds a space, if there is room.</summary>
    /// <param name="name">The space's name.</param>
    /// <param name="version">The version seen, from 1.</param>
    /// <returns>Whether there was room.</returns>
    public bool TryWrite(string name, long version)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_length + LengthOf(name.Length) + name.Length + LengthOf(version) > _buffer.Length)
            return false;
        WriteNumber(name.Length);
        _length += Encoding.ASCII.GetBytes(name, _buffer[_length..]);
        WriteNumber(version);
        return true;
    }

    /// <summary>Ends the token.</summary>
    /// <param name="gaps">What there was no room for.</param>
    public readonly string Finish(TokenGaps gaps)
    {
        _buffer[0] = (byte)(TokenReader.Format | (byte)gaps);
        return Base64Url.EncodeToString(_buffer[.._length]);
    }

    static int LengthOf(long number)
    {
        var length = 1;
        for (; number > 0x7F; number >>= 7)
            length++;
        return length;
    }

    void WriteNumber(long number)
    {
        for (; number > 0x7F; number >>= 7)
            _buffer[_length++] = (byte)(number | 0x80);
        _buffer[_length++] = (byte)number;
    }
}
