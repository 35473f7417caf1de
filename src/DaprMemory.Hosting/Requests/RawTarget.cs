namespace DaprMemory.Hosting.Requests;

/// <summary>Looks at a request's target as it was sent, before the server decodes and shortens it.</summary>
internal static class RawTarget
{
    /// <summary>Whether the path has a <c>.</c> or <c>..</c> segment, plain or encoded.</summary>
    public static bool HasDotSegment(ReadOnlySpan<char> target)
    {
        var path = PathOf(target);
        if (!path.Contains("/.", StringComparison.Ordinal) && !path.Contains("%2e", StringComparison.OrdinalIgnoreCase))
            return false;
        foreach (var range in path.Split('/'))
        {
            if (IsDots(path[range]))
                return true;
        }
        return false;
    }

    /// <summary>Whether the path has an encoded NUL.</summary>
    public static bool HasNul(ReadOnlySpan<char> target) => PathOf(target).Contains("%00", StringComparison.Ordinal);

    static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> target)
    {
        var query = target.IndexOf('?');
        return query < 0 ? target : target[..query];
    }

    static bool IsDots(ReadOnlySpan<char> segment)
    {
        var dots = 0;
        for (; !segment.IsEmpty; dots++)
        {
            if (segment[0] == '.')
                segment = segment[1..];
            else if (segment.StartsWith("%2e", StringComparison.OrdinalIgnoreCase))
                segment = segment[3..];
            else
                return false;
        }
        return dots is 1 or 2;
    }
}
