using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Writes;

/// <summary>Reads the preconditions of a write from its headers.</summary>
internal static class Preconditions
{
    // No record has it: commits count from 1. It keeps a list of only foreign tags from meaning "any".
    static readonly ETag Nothing = new(0, 0);

    /// <summary>Reads <c>If-Match</c> and <c>If-None-Match</c>.</summary>
    public static Problem? TryRead(IHeaderDictionary headers, out Precondition precondition)
    {
        precondition = default;
        IReadOnlyList<ETag>? matches = null;
        if (headers.IfMatch.Count > 0)
        {
            if (!EntityTags.TryRead(headers.IfMatch, weak: false, out var tags))
                return Problem.Invalid(ProblemTypes.InvalidHeader, "If-Match is * or a list of quoted ETags", "If-Match");
            matches = ToMatches(tags);
        }
        if (headers.IfNoneMatch.Count > 0 && (headers.IfNoneMatch.Count > 1 || headers.IfNoneMatch[0] != "*"))
            return Problem.Invalid(ProblemTypes.InvalidHeader, "If-None-Match of a write is *", "If-None-Match");
        precondition = new Precondition(headers.IfNoneMatch.Count > 0, matches);
        return null;
    }

    /// <summary>The tags as a precondition has them.</summary>
    public static IReadOnlyList<ETag> ToMatches(EntityTags tags) => tags.Any ? [] : tags.Tags.Count > 0 ? tags.Tags : [Nothing];
}
