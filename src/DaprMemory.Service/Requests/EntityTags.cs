using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using Microsoft.Extensions.Primitives;

namespace DaprMemory.Service.Requests;

/// <summary>The value of <c>If-Match</c> or <c>If-None-Match</c>: <c>*</c>, or a list of entity tags (RFC 9110, section 13.1).</summary>
/// <param name="Any">It is <c>*</c>.</param>
/// <param name="Tags">The tags that a record could have; those that can't be ours are left out, because they match nothing.</param>
internal readonly record struct EntityTags(bool Any, IReadOnlyList<ETag> Tags)
{
    /// <summary>Matches nothing.</summary>
    public static EntityTags None { get; } = new(false, []);

    /// <summary>Reads the header.</summary>
    /// <param name="header">Its values, at least one.</param>
    /// <param name="weak">Whether weak tags match too: in <c>If-None-Match</c>, which proxies weaken when they compress, they do.</param>
    /// <param name="tags">What it says.</param>
    /// <returns>false: it is malformed.</returns>
    public static bool TryRead(StringValues header, bool weak, out EntityTags tags)
    {
        var text = header.Count == 1 ? header[0].AsSpan().Trim() : string.Join(',', header.ToArray()).AsSpan().Trim();
        tags = new EntityTags(text is "*", []);
        if (tags.Any)
            return true;
        var ours = new List<ETag>(1);
        var found = false;
        while (!text.IsEmpty)
        {
            if (text[0] == ',')
            {
                text = text[1..].TrimStart();
                continue;
            }
            var isWeak = text.StartsWith("W/");
            if (isWeak)
                text = text[2..];
            if (text.IsEmpty || text[0] != '"' || text[1..].IndexOf('"') is var length && length < 0)
                return false;
            var tag = text.Slice(1, length);
            text = text[(length + 2)..].TrimStart();
            if (!IsOpaqueTag(tag) || (!text.IsEmpty && text[0] != ','))
                return false;
            found = true;
            if ((weak || !isWeak) && ETag.TryParse(tag, out var etag))
                ours.Add(etag);
        }
        tags = new EntityTags(false, ours);
        return found;
    }

    /// <summary>Reads <c>If-None-Match</c> of a read: the changes that the client knows.</summary>
    public static Problem? TryReadKnown(HttpRequest request, out EntityTags known)
    {
        known = None;
        return request.Headers.IfNoneMatch is { Count: > 0 } header && !TryRead(header, weak: true, out known)
            ? Problem.Invalid(ProblemTypes.InvalidHeader, "If-None-Match is * or a list of quoted ETags", "If-None-Match")
            : null;
    }

    /// <summary>Whether the text may stand between the quotes of an entity tag.</summary>
    public static bool IsOpaqueTag(ReadOnlySpan<char> tag) => !tag.ContainsAnyInRange('\0', ' ') && !tag.ContainsAny('"', '\x7F');

    /// <summary>Whether a record with this tag matches.</summary>
    public bool Match(ETag etag) => Any || Tags.Contains(etag);
}
