using DaprMemory.Hosting.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DaprMemory.Hosting.Requests;

/// <summary>
/// Refuses targets with <c>.</c> or <c>..</c> segments. Kestrel resolves them, encoded ones too, before anyone sees the path,
/// so a key with one would quietly become another key.
/// </summary>
internal sealed class DotSegmentMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<IHttpRequestFeature>() is { RawTarget: var target } && HasDotSegment(target)
            ? ProblemWriter.WriteAsync(context, Problem.Invalid(ProblemTypes.InvalidKey, "a key has no '.' or '..' segment"))
            : next(context);

    internal static bool HasDotSegment(ReadOnlySpan<char> target)
    {
        var query = target.IndexOf('?');
        var path = query < 0 ? target : target[..query];
        if (!path.Contains("/.", StringComparison.Ordinal) && !path.Contains("%2e", StringComparison.OrdinalIgnoreCase))
            return false;
        foreach (var range in path.Split('/'))
        {
            if (IsDots(path[range]))
                return true;
        }
        return false;
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
