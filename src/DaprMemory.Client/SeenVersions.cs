using System.Text;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Client;

/// <summary>What a client has seen of the spaces of its tenant, from which its tokens are made. Thread-safe; versions only grow.</summary>
sealed class SeenVersions(string tenant)
{
    // More than a token has room for.
    const int MaxSpaces = 1024;

    readonly Lock _lock = new();
    readonly Dictionary<string, LinkedListNode<Seen>> _spaces = new(StringComparer.Ordinal);
    readonly LinkedList<Seen> _byUse = new();
    TokenGaps _gaps;

    /// <summary>The token for a call that asks for its own space's past only; null if nothing was seen of it.</summary>
    public string? TokenOf(string space)
    {
        lock (_lock)
        {
            if (!_spaces.TryGetValue(space, out var node))
                return null;
            if (node.Value.Opaque is { } opaque)
                return opaque;
            var writer = new TokenWriter(stackalloc byte[TokenReader.MaxBytes], tenant);
            writer.TryWrite(space, node.Value.Version);
            return writer.Finish(TokenGaps.None);
        }
    }

    /// <summary>The token for a call to which everything that was seen matters, in whatever space; null if there is nothing.</summary>
    public string? TokenOfAll(string space)
    {
        lock (_lock)
        {
            var own = _spaces.GetValueOrDefault(space);
            if (_byUse.Count == (own is null ? 0 : 1) && _gaps == TokenGaps.None)
                return TokenOf(space);
            var writer = new TokenWriter(stackalloc byte[TokenReader.MaxBytes], tenant);
            var gaps = _gaps;
            if (own is { Value.Opaque: null })
                writer.TryWrite(space, own.Value.Version);
            foreach (var seen in _byUse)
            {
                if (seen.Space != space && !writer.TryWrite(seen.Space, seen.Version))
                    gaps |= TokenGaps.Seen;
            }
            var token = writer.Finish(gaps);
            return own?.Value.Opaque is { } opaque ? $"{opaque},{token}" : token;
        }
    }

    /// <summary>The tokens, joined by commas, for a call that asks for the past of several spaces; null if nothing was seen of them.</summary>
    public string? TokenOf(IEnumerable<string> spaces) => string.Join(',', spaces.Select(TokenOf).OfType<string>()) is { Length: > 0 } tokens ? tokens : null;

    /// <summary>Takes in what an answer says. Those of parallel calls come in any order.</summary>
    /// <param name="space">The space that answered.</param>
    /// <param name="version">The version served; 0 if the answer does not say.</param>
    /// <param name="token">The answer's token, or several joined by commas.</param>
    public void Learn(string space, long version, string token)
    {
        if (token.Contains(',', StringComparison.Ordinal))
        {
            foreach (var one in token.Split(','))
                Learn(space, version, one.Trim());
            return;
        }
        var isKnown = TokenReader.TryOpen(token, stackalloc byte[TokenReader.MaxBytes], tenant, out var reader);
        lock (_lock)
        {
            // A token of a form that only newer services know is passed back as it is.
            if (version > 0 || !isKnown)
                Note(space, Math.Max(1, version), isKnown ? null : token);
            if (!isKnown)
                return;
            _gaps |= reader.Gaps;
            while (reader.TryRead(out var name, out var seen))
                Note(Encoding.ASCII.GetString(name), seen, null);
        }
    }

    void Note(string space, long version, string? opaque)
    {
        if (_spaces.TryGetValue(space, out var node))
        {
            if (version < node.Value.Version || (version == node.Value.Version && opaque is null))
                return;
            _byUse.Remove(node);
        }
        _spaces[space] = _byUse.AddFirst(new Seen(space, version, opaque));
        if (_byUse.Count <= MaxSpaces)
            return;
        _spaces.Remove(_byUse.Last!.Value.Space);
        _byUse.RemoveLast();
        _gaps |= TokenGaps.Seen;
    }

    readonly record struct Seen(string Space, long Version, string? Opaque);
}
