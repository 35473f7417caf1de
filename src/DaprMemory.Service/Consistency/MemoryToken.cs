using System.Text;
using DaprMemory.Core.Spaces;
using Microsoft.Extensions.Primitives;

namespace DaprMemory.Service.Consistency;

/// <summary>What a client has seen: for each space the newest version. It travels as the opaque text of <c>Memory-Token</c>.</summary>
internal readonly struct MemoryToken
{
    /// <summary>What stands among a commit's dependencies, in place of a space, when its writer's token could not name them all.</summary>
    public const string More = "*";

    const int MaxOthers = TokenReader.MaxBytes / 3;

    readonly (string Space, long Version)[]? _others;
    readonly TokenGaps _gaps;
    readonly string? _text;

    MemoryToken(long seen, (string, long)[]? others, TokenGaps gaps, string? text) => (Seen, _others, _gaps, _text) = (seen, others, gaps, text);

    /// <summary>The version of the space in question that the client has seen; 0 for none.</summary>
    public long Seen { get; }

    /// <summary>What the client has seen of other spaces of the tenant, most recent first.</summary>
    public IReadOnlyList<(string Space, long Version)> Others => _others ?? [];

    /// <summary>Whether there is more than the token names.</summary>
    public bool HasMore => _gaps != TokenGaps.None;

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
        token = new MemoryToken(read.Seen, read.Others?.ToArray(), read.Gaps, isOwn ? header[0] : null);
        return true;
    }

    /// <summary>
    /// Whether the token says all of this space that the level wants to know. If not, only a strong read surely holds what is missing.
    /// </summary>
    public bool Suffices(ConsistencyLevel level) => Seen > 0 || level switch
    {
        ConsistencyLevel.Session => (_gaps & TokenGaps.Seen) == 0,
        ConsistencyLevel.Causal => _gaps == TokenGaps.None,
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
        var writer = new TokenWriter(stackalloc byte[TokenReader.MaxBytes], space.Tenant);
        var gaps = _gaps;
        version = Math.Max(version, Seen);
        if (version > 0)
            writer.TryWrite(space.Name, version);
        var (others, added) = Combine(space.Name, dependencies);
        foreach (var (name, at) in others)
        {
            if (!writer.TryWrite(name, at))
                gaps |= TokenGaps.Seen;
        }
        foreach (var (name, at) in added)
        {
            if (name == More || !writer.TryWrite(name, at))
                gaps |= TokenGaps.Dependencies;
        }
        return writer.Finish(gaps);
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
        if (!TokenReader.TryOpen(text, stackalloc byte[TokenReader.MaxBytes], space.Tenant, out var reader))
            return false;
        read.Gaps |= reader.Gaps;
        while (reader.TryRead(out var name, out var version))
        {
            if (Ascii.Equals(name, space.Name))
                read.Seen = Math.Max(read.Seen, version);
            else if (!TryAddOther(name, version, ref read))
                return false;
        }
        return reader.IsAtEnd;
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
            read.Gaps |= TokenGaps.Seen;
        return true;
    }

    /// <summary>What the tokens read so far say.</summary>
    struct Reading
    {
        public long Seen;
        public List<(string Space, long Version)>? Others;
        public TokenGaps Gaps;
    }
}
