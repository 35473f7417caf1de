using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using DaprMemory.Core.Spaces;
using Microsoft.Extensions.Primitives;

namespace DaprMemory.Service.Consistency;

/// <summary>What a client has seen: for each space the newest version. It travels as the opaque text of <c>Memory-Token</c>.</summary>
/// <remarks>
/// The text is base64url of: a format byte; the tenant (length byte, ASCII); then for each space, most recently seen first, its name
/// (length as varint, ASCII) and version (varint). It names versions and grants nothing, so it needs no signature: a version that
/// does not exist is found out against the log.
/// </remarks>
internal readonly struct MemoryToken
{
    /// <summary>The longest text of one token, in characters.</summary>
    public const int MaxLength = 1024;

    const byte Format = 1;
    const int MaxBytes = MaxLength / 4 * 3;
    const int MaxOthers = MaxBytes / 3;
    const int MaxNumbers = 2 + 9; // a name's length and a version, as varints

    readonly (string Space, long Version)[]? _others;
    readonly string? _text;

    MemoryToken(long seen, (string, long)[]? others, string? text) => (Seen, _others, _text) = (seen, others, text);

    /// <summary>The version of the space in question that the client has seen; 0 for none.</summary>
    public long Seen { get; }

    /// <summary>Reads the header's tokens and combines them, as seen from <paramref name="space"/>.</summary>
    /// <returns>false: one of them is not a token, or is one of another tenant.</returns>
    public static bool TryRead(StringValues header, SpaceId space, out MemoryToken token)
    {
        token = default;
        if (header.Count == 0)
            return true;
        long seen = 0;
        List<(string, long)>? others = null;
        foreach (var value in header)
        {
            foreach (var part in value.AsSpan().Split(','))
            {
                var text = value.AsSpan(part).Trim();
                if (!text.IsEmpty && !TryAdd(text, space, ref seen, ref others))
                    return false;
            }
        }
        // Only a lone token of just this space is sure to be what Next would write again.
        token = new MemoryToken(seen, others?.ToArray(), others is null && header.Count == 1 && !header[0]!.Contains(',') ? header[0] : null);
        return true;
    }

    /// <summary>The token for an answer that was served from <paramref name="version"/>: never less than the request's.</summary>
    public string Next(SpaceId space, long version)
    {
        if (_text is not null && version <= Seen)
            return _text;
        Span<byte> bytes = stackalloc byte[MaxBytes];
        bytes[0] = Format;
        bytes[1] = (byte)space.Tenant.Length;
        var length = 2 + Encoding.ASCII.GetBytes(space.Tenant, bytes[2..]);
        version = Math.Max(version, Seen);
        if (version > 0)
            TryWrite(bytes, ref length, space.Name, version);
        foreach (var (name, at) in _others ?? [])
        {
            if (!TryWrite(bytes, ref length, name, at))
                break;
        }
        return Base64Url.EncodeToString(bytes[..length]);
    }

    static bool TryAdd(ReadOnlySpan<char> text, SpaceId space, ref long seen, ref List<(string Space, long Version)>? others)
    {
        Span<byte> buffer = stackalloc byte[MaxBytes];
        if (text.Length > MaxLength
            || Base64Url.DecodeFromChars(text, buffer, out _, out var written) != OperationStatus.Done)
            return false;
        ReadOnlySpan<byte> rest = buffer[..written];
        if (rest.Length < 2 || rest[0] != Format || rest.Length < 2 + rest[1] || !Ascii.Equals(rest.Slice(2, rest[1]), space.Tenant))
            return false;
        rest = rest[(2 + rest[1])..];
        while (!rest.IsEmpty)
        {
            if (!TryReadNumber(ref rest, out var length) || length > rest.Length)
                return false;
            var name = rest[..(int)length];
            rest = rest[(int)length..];
            if (!TryReadNumber(ref rest, out var version))
                return false;
            if (Ascii.Equals(name, space.Name))
                seen = Math.Max(seen, version);
            else if (!TryAddOther(name, version, ref others))
                return false;
        }
        return true;
    }

    static bool TryAddOther(ReadOnlySpan<byte> nameBytes, long version, [NotNull] ref List<(string Space, long Version)>? others)
    {
        others ??= [];
        var name = Encoding.ASCII.GetString(nameBytes);
        if (Names.CheckSpace(name) is not null)
            return false;
        var index = others.FindIndex(other => other.Space == name);
        if (index < 0 && others.Count < MaxOthers)
            others.Add((name, version));
        else if (index >= 0 && others[index].Version < version)
            others[index] = (name, version);
        return true;
    }

    static bool TryWrite(Span<byte> bytes, ref int length, string name, long version)
    {
        if (length + MaxNumbers + name.Length > bytes.Length)
            return false;
        length += WriteNumber(bytes[length..], name.Length);
        length += Encoding.ASCII.GetBytes(name, bytes[length..]);
        length += WriteNumber(bytes[length..], version);
        return true;
    }

    static int WriteNumber(Span<byte> bytes, long number)
    {
        var length = 0;
        for (; number > 0x7F; number >>= 7)
            bytes[length++] = (byte)(number | 0x80);
        bytes[length++] = (byte)number;
        return length;
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
