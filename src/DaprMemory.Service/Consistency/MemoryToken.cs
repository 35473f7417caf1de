using System.Buffers;
using System.Buffers.Text;
using System.Text;
using DaprMemory.Core.Spaces;
using Microsoft.Extensions.Primitives;

namespace DaprMemory.Service.Consistency;

/// <summary>What a client has seen: for each space the newest version. It travels as the opaque text of <c>Memory-Token</c>.</summary>
/// <remarks>
/// The text is base64url of: a format byte with two flags; the tenant (length byte, ASCII); then for each space, most recently seen first,
/// its name (length as varint, ASCII) and version (varint). It names versions and grants nothing, so it needs no signature: a version that
/// does not exist is found out against the log, before anything is served or written on its word.
/// </remarks>
internal readonly struct MemoryToken
{
    /// <summary>The longest text of one token, in characters.</summary>
    public const int MaxLength = 1024;

    /// <summary>What stands among a commit's dependencies, in place of a space, when its writer's token could not name them all.</summary>
    public const string More = "*";

    const byte Format = 1;

    // There was no room for all that the client itself has seen; or not for all that it depends on by what it read.
    const byte MissesSeen = 0x80, MissesDependencies = 0x40, Flags = MissesSeen | MissesDependencies;
    const int MaxBytes = MaxLength / 4 * 3;
    const int MaxOthers = MaxBytes / 3;

    readonly (string Space, long Version)[]? _others;
    readonly byte _misses;
    readonly string? _text;

    MemoryToken(long seen, (string, long)[]? others, byte misses, string? text) => (Seen, _others, _misses, _text) = (seen, others, misses, text);

    /// <summary>The version of the space in question that the client has seen; 0 for none.</summary>
    public long Seen { get; }

    /// <summary>What the client has seen of other spaces of the tenant, most recent first.</summary>
    public IReadOnlyList<(string Space, long Version)> Others => _others ?? [];

    /// <summary>Whether there is more than the token names.</summary>
    public bool HasMore => _misses != 0;

    /// <summary>Reads the header's tokens and combines them, as seen from <paramref name="space"/>.</summary>
    /// <returns>false: one of them is not a token, or is one of another tenant.</returns>
    public static bool TryRead(StringValues header, SpaceId space, out MemoryToken token)
    {
        token = default;
        if (header.Count == 0)
            return true;
        var read = new Reading();
        foreach (var value in header)
        {
            foreach (var part in value.AsSpan().Split(','))
            {
                var text = value.AsSpan(part).Trim();
                if (!text.IsEmpty && !TryAdd(text, space, ref read))
                    return false;
            }
        }
        // Only a lone token of just this space is sure to be what Next would write again.
        var isOwn = read.Others is null && header.Count == 1 && !header[0]!.Contains(',');
        token = new MemoryToken(read.Seen, read.Others?.ToArray(), read.Misses, isOwn ? header[0] : null);
        return true;
    }

    /// <summary>
    /// Whether the token says all of this space that the level wants to know. If not, only a strong read surely holds what is missing.
    /// </summary>
    public bool Suffices(ConsistencyLevel level) => Seen > 0 || level switch
    {
        ConsistencyLevel.Session => (_misses & MissesSeen) == 0,
        ConsistencyLevel.Causal => _misses == 0,
        _ => true,
    };

    /// <summary>The token for an answer that was served from <paramref name="version"/>: never less than the request's.</summary>
    /// <param name="space">The space.</param>
    /// <param name="version">The version served.</param>
    /// <param name="dependencies">What that version depends on, and so its reader does.</param>
    public string Next(SpaceId space, long version, DependencySet dependencies)
    {
        if (_text is not null && version <= Seen && dependencies.Count == 0)
            return _text;
        Span<byte> bytes = stackalloc byte[MaxBytes];
        bytes[1] = (byte)space.Tenant.Length;
        var length = 2 + Encoding.ASCII.GetBytes(space.Tenant, bytes[2..]);
        var misses = _misses;
        version = Math.Max(version, Seen);
        if (version > 0)
            TryWrite(bytes, ref length, space.Name, version);
        var (others, added) = Combine(space.Name, dependencies);
        foreach (var (name, at) in others)
        {
            if (!TryWrite(bytes, ref length, name, at))
                misses |= MissesSeen;
        }
        foreach (var (name, at) in added)
        {
            if (name == More || !TryWrite(bytes, ref length, name, at))
                misses |= MissesDependencies;
        }
        bytes[0] = (byte)(Format | misses);
        return Base64Url.EncodeToString(bytes[..length]);
    }

    /// <summary>The token's other spaces, at versions no older than the dependencies say, and the dependencies that it does not name.</summary>
    ((string Space, long Version)[] Others, IEnumerable<KeyValuePair<string, long>> Added) Combine(string space, DependencySet dependencies)
    {
        var others = _others ?? [];
        if (dependencies.Count == 0 || others.Length == 0)
            return (others, dependencies.Where(dependency => dependency.Key != space));
        others = [.. others];
        var places = new Dictionary<string, int>(others.Length, StringComparer.Ordinal) { [space] = -1 };
        for (var i = 0; i < others.Length; i++)
            places[others[i].Space] = i;
        var added = new List<KeyValuePair<string, long>>();
        foreach (var dependency in dependencies)
        {
            if (!places.TryGetValue(dependency.Key, out var place))
                added.Add(dependency);
            else if (place >= 0 && others[place].Version < dependency.Value)
                others[place].Version = dependency.Value;
        }
        return (others, added);
    }

    static bool TryAdd(ReadOnlySpan<char> text, SpaceId space, ref Reading read)
    {
        Span<byte> buffer = stackalloc byte[MaxBytes];
        if (text.Length > MaxLength
            || Base64Url.DecodeFromChars(text, buffer, out _, out var written) != OperationStatus.Done)
            return false;
        ReadOnlySpan<byte> rest = buffer[..written];
        if (rest.Length < 2 || (rest[0] & ~Flags) != Format || rest.Length < 2 + rest[1] || !Ascii.Equals(rest.Slice(2, rest[1]), space.Tenant))
            return false;
        read.Misses |= (byte)(rest[0] & Flags);
        rest = rest[(2 + rest[1])..];
        while (!rest.IsEmpty)
        {
            if (!TryReadNumber(ref rest, out var length) || length > rest.Length)
                return false;
            var name = rest[..(int)length];
            rest = rest[(int)length..];
            if (!TryReadNumber(ref rest, out var version) || version == 0)
                return false;
            if (Ascii.Equals(name, space.Name))
                read.Seen = Math.Max(read.Seen, version);
            else if (!TryAddOther(name, version, ref read))
                return false;
        }
        return true;
    }

    static bool TryAddOther(ReadOnlySpan<byte> nameBytes, long version, ref Reading read)
    {
        var others = read.Others ??= [];
        var name = Encoding.ASCII.GetString(nameBytes);
        if (Names.CheckSpace(name) is not null)
            return false;
        var index = others.FindIndex(other => other.Space == name);
        if (index >= 0)
            others[index] = (name, Math.Max(version, others[index].Version));
        else if (others.Count < MaxOthers)
            others.Add((name, version));
        else
            read.Misses |= MissesSeen;
        return true;
    }

    static bool TryWrite(Span<byte> bytes, ref int length, string name, long version)
    {
        if (length + LengthOf(name.Length) + name.Length + LengthOf(version) > bytes.Length)
            return false;
        length += WriteNumber(bytes[length..], name.Length);
        length += Encoding.ASCII.GetBytes(name, bytes[length..]);
        length += WriteNumber(bytes[length..], version);
        return true;
    }

    static int LengthOf(long number)
    {
        var length = 1;
        for (; number > 0x7F; number >>= 7)
            length++;
        return length;
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

    /// <summary>What the tokens read so far say.</summary>
    struct Reading
    {
        public long Seen;
        public List<(string Space, long Version)>? Others;
        public byte Misses;
    }
}
