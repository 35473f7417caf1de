using System.Buffers;

namespace DaprMemory.Service.Requests;

/// <summary>What a record's life and tags may be, wherever in a request they stand.</summary>
internal static class RecordRules
{
    /// <summary>The longest life that can be given: ten years of 365 days.</summary>
    public const long MaxTimeToLiveSeconds = 10L * 365 * 24 * 60 * 60;

    /// <summary>The most tags of a record.</summary>
    public const int MaxTags = 16;

    /// <summary>The longest tag, in characters.</summary>
    public const int MaxTagLength = 64;

    static readonly SearchValues<char> TagChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-");

    /// <summary>Gives the rule that the tags break, or null.</summary>
    public static string? CheckTags(ReadOnlySpan<string> tags)
    {
        if (tags.Length is 0 or > MaxTags)
            return "a record has 1 to 16 tags";
        for (var i = 0; i < tags.Length; i++)
        {
            if (tags[i].Length is 0 or > MaxTagLength)
                return "a tag has 1 to 64 characters";
            if (tags[i].AsSpan().ContainsAnyExcept(TagChars))
                return "a tag consists of A-Z, a-z, 0-9 and . _ ~ : -";
            if (tags[..i].Contains(tags[i]))
                return "a record has each tag once";
        }
        return null;
    }
}
