using System.Net;
using System.Runtime.CompilerServices;

namespace DaprMemory.LocalSidecar.Http;

/// <summary>
/// A request's path as daprd routes it: cleaned while still escaped, split at slashes, and only then, parameter by parameter,
/// unescaped like a query (a plus is a space).
/// </summary>
internal readonly struct RequestTarget
{
    const int MaxSegments = 8;

    readonly Starts _starts;
    readonly int _startCount;

    RequestTarget(string path, string query)
    {
        Path = path;
        Query = query;
        for (var at = 0; at >= 0 && _startCount < MaxSegments;)
        {
            _starts[_startCount++] = at + 1;
            at = path.IndexOf('/', at + 1);
        }
    }

    /// <summary>The cleaned path, still escaped, with its leading slash.</summary>
    public string Path { get; }

    /// <summary>The query with its question mark, or nothing.</summary>
    public string Query { get; }

    /// <summary>How many segments there are, up to a limit above that of any route; an empty one at the end (a trailing slash) does not count.</summary>
    public int Count => _starts[_startCount - 1] == Path.Length ? _startCount - 1 : _startCount;

    public static RequestTarget Parse(string rawTarget)
    {
        if (!rawTarget.StartsWith('/'))
            rawTarget = Uri.TryCreate(rawTarget, UriKind.Absolute, out var uri) ? uri.PathAndQuery : "/";
        var mark = rawTarget.IndexOf('?');
        var path = mark < 0 ? rawTarget : rawTarget[..mark];
        return new RequestTarget(Clean(path), mark < 0 ? "" : rawTarget[mark..]);
    }

    /// <summary>Collapses slashes and resolves dot segments; a trailing slash stays.</summary>
    public static string Clean(string path)
    {
        if (!path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal))
            return path;
        var kept = new List<string>();
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == ".." && kept.Count > 0)
                kept.RemoveAt(kept.Count - 1);
            else if (segment is not ("." or ".."))
                kept.Add(segment);
        }
        var cleaned = "/" + string.Join('/', kept);
        return path.EndsWith('/') && kept.Count > 0 ? cleaned + "/" : cleaned;
    }

    public bool Is(int index, ReadOnlySpan<char> text) => index < Count && Segment(index).SequenceEqual(text);

    public ReadOnlySpan<char> Segment(int index)
    {
        var start = _starts[index];
        var end = index + 1 < _startCount ? _starts[index + 1] - 1 : Path.AsSpan(start).IndexOf('/') is >= 0 and var length ? start + length : Path.Length;
        return Path.AsSpan(start, end - start);
    }

    /// <summary>A segment as parameter.</summary>
    public string Parameter(int index)
    {
        var segment = Segment(index);
        return segment.IndexOfAny('%', '+') < 0 ? segment.ToString() : WebUtility.UrlDecode(segment.ToString());
    }

    /// <summary>Whether a slash stands before where segment <paramref name="index"/> begins or would begin.</summary>
    public bool Reaches(int index) => index < _startCount;

    /// <summary>All from segment <paramref name="index"/> on, still escaped.</summary>
    public string From(int index) => Path[_starts[index]..];

    [InlineArray(MaxSegments)]
    struct Starts
    {
#pragma warning disable IDE0044, IDE0051, CS0169 // the element of an inline array
        int _element;
#pragma warning restore IDE0044, IDE0051, CS0169
    }
}
