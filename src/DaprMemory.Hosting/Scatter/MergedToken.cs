using System.Text;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Hosting.Scatter;

/// <summary>Makes one <c>Memory-Token</c> of several: what was served first, then what else they name.</summary>
internal static class MergedToken
{
    // 64 served spaces with names of ordinary length; more would be a burden on every request that brings it back.
    const int MaxTokens = 8;

    /// <summary>Merges tokens; several texts, joined by commas, if one has no room for all.</summary>
    /// <param name="tenant">Whose tokens they are.</param>
    /// <param name="tokens">The tokens of answers, each with the space that was served.</param>
    public static string Of(string tenant, IReadOnlyList<(string Space, string Token)> tokens)
    {
        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        var served = tokens.Select(token => token.Space).ToHashSet(StringComparer.Ordinal);
        var gaps = TokenGaps.None;
        // One of a form that only newer services know is passed on as it is.
        var unknown = new List<string>();
        foreach (var text in tokens.SelectMany(token => token.Token.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!TryAdd(tenant, text, seen, ref gaps) && !unknown.Contains(text))
                unknown.Add(text);
        }
        var texts = new List<string>();
        var rest = new Queue<KeyValuePair<string, long>>(seen.OrderByDescending(one => served.Contains(one.Key)));
        while ((rest.Count > 0 || texts.Count == 0) && texts.Count < MaxTokens)
            texts.Add(Write(tenant, rest, texts.Count == 0 ? gaps : TokenGaps.None, isLast: texts.Count == MaxTokens - 1));
        return string.Join(',', texts.Concat(unknown.Take(MaxTokens)));
    }

    static bool TryAdd(string tenant, string text, Dictionary<string, long> seen, ref TokenGaps gaps)
    {
        if (!TokenReader.TryOpen(text, stackalloc byte[TokenReader.MaxBytes], tenant, out var reader))
            return false;
        gaps |= reader.Gaps;
        while (reader.TryRead(out var name, out var version))
        {
            var space = Encoding.ASCII.GetString(name);
            seen[space] = Math.Max(version, seen.GetValueOrDefault(space));
        }
        return true;
    }

    static string Write(string tenant, Queue<KeyValuePair<string, long>> rest, TokenGaps gaps, bool isLast)
    {
        var writer = new TokenWriter(stackalloc byte[TokenReader.MaxBytes], tenant);
        while (rest.TryPeek(out var next) && writer.TryWrite(next.Key, next.Value))
            rest.Dequeue();
        return writer.Finish(isLast && rest.Count > 0 ? gaps | TokenGaps.Seen : gaps);
    }
}
