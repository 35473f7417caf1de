using System.Security.Cryptography;
using System.Text;
using DaprMemory.Core.Embeddings;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Memories;

/// <summary>The ids of memories: what an agent says, or a hash of the text, so that the same text is the same memory.</summary>
public static class MemoryId
{
    /// <summary>The longest id, in characters.</summary>
    public const int MaxLength = 128;

    const int HashBytes = 16;

    /// <summary>Checks an id: one segment of a state key, of at most 128 characters.</summary>
    /// <returns>The broken rule, or null.</returns>
    public static string? Check(ReadOnlySpan<char> id) =>
        id.Length is 0 or > MaxLength ? "an id of a memory has 1 to 128 characters"
        : id.Contains('/') || Names.CheckKey(id) is not null ? "an id of a memory consists of A-Z, a-z, 0-9 and . _ ~ : @ = -, and is not '.' or '..'"
        : null;

    /// <summary>
    /// The id that a text has: case, white space and Unicode's compatible forms (NFKC) make no difference. What was said in a conversation has a memory for each
    /// turn that it was said in.
    /// </summary>
    public static string Of(string text, MemorySource? source)
    {
        // A normalised text has no line feeds.
        var name = source is null ? Normalise(text) : string.Create(null, $"{source.Session}\n{source.Turn}\n{Normalise(text)}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, HashBytes));
    }

    /// <summary>The text as it is compared.</summary>
    static string Normalise(string text)
    {
        var normal = new StringBuilder(text.Length);
        foreach (var letter in CompatibilityForm.Normalize(text))
        {
            // Upper case first: some letters have two lower-case forms.
            if (!char.IsWhiteSpace(letter))
                normal.Append(char.ToLowerInvariant(char.ToUpperInvariant(letter)));
            else if (normal.Length > 0 && normal[^1] != ' ')
                normal.Append(' ');
        }
        return normal.ToString().TrimEnd(' ');
    }
}
