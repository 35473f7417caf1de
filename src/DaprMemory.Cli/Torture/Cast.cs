using System.Globalization;
using DaprMemory.Core.Memories;

namespace DaprMemory.Cli.Torture;

/// <summary>The spaces of a run, and what there may be in each.</summary>
internal static class Cast
{
    const int ColdKeys = 6;
    const string MemoryPrefix = "memory/";

    // Told by agents under an id, and by what they say: everybody says the same then, and it must be one memory.
    static readonly string[] NamedWords = ["oak", "elm", "ash"];
    static readonly string[] SaidWords = ["fir", "yew", "box"];

    static readonly string[] Memories = [.. NamedWords.Concat(SaidWords).Select(word => MemoryPrefix + word)];
    static readonly Dictionary<string, string> MemoriesById = Memories.ToDictionary(IdOf, StringComparer.Ordinal);

    /// <summary>Every space.</summary>
    public static IEnumerable<string> SpacesOf(TortureOptions options) => Enumerable.Range(0, options.Spaces).Select(SpaceAt);

    /// <summary>A space by its number.</summary>
    // Short names: a token of 1 KiB must hold all spaces, or it forgets some.
    public static string SpaceAt(int number) => string.Create(CultureInfo.InvariantCulture, $"s{number}");

    /// <summary>The space of a hot key, session or memory.</summary>
    public static string SpaceOfHot(TortureOptions options, int hot) => SpaceAt(hot % options.Spaces);

    /// <summary>A hot key by its number.</summary>
    public static string HotKeyAt(int number) => string.Create(CultureInfo.InvariantCulture, $"hot{number}");

    /// <summary>A hot session by its number.</summary>
    public static string HotSessionAt(int number) => string.Create(CultureInfo.InvariantCulture, $"talk{number}");

    /// <summary>The state keys of a space.</summary>
    public static IReadOnlyList<string> KeysOf(TortureOptions options, string space) => [.. ColdKeysOfAll, .. HotOf(options, space, options.HotKeys).Select(HotKeyAt)];

    /// <summary>The state keys that every space has.</summary>
    public static IReadOnlyList<string> ColdKeysOfAll { get; } =
        [.. Enumerable.Range(0, ColdKeys).Select(number => string.Create(CultureInfo.InvariantCulture, $"k{number}"))];

    /// <summary>The session that every space has.</summary>
    public static string ColdSession => "chat";

    /// <summary>The sessions of a space.</summary>
    public static IReadOnlyList<string> SessionsOf(TortureOptions options, string space) => [ColdSession, .. HotOf(options, space, options.HotSessions).Select(HotSessionAt)];

    /// <summary>The memories of a space, as keys of the history.</summary>
    public static IReadOnlyList<string> MemoriesOfAll => Memories;

    /// <summary>Whether a key is a memory's.</summary>
    public static bool IsMemory(string key) => key.StartsWith(MemoryPrefix, StringComparison.Ordinal);

    /// <summary>Whether a memory's id is that of its text, so that it is added rather than put.</summary>
    public static bool IsSaid(string key) => IsMemory(key) && SaidWords.Contains(WordOf(key));

    /// <summary>The word that a memory is found by.</summary>
    public static string WordOf(string key) => key[MemoryPrefix.Length..];

    /// <summary>What a memory says.</summary>
    /// <param name="key">The memory.</param>
    /// <param name="value">The JSON string that tells a write from all others.</param>
    public static string TextOf(string key, string value) =>
        IsSaid(key) ? $"{WordOf(key)} is what everybody says" : $"{WordOf(key)} is what {value.Trim('"')} says";

    /// <summary>The memory that says this.</summary>
    public static string MemoryOf(string text) => MemoryPrefix + text.Split(' ')[0];

    /// <summary>The id of a memory.</summary>
    public static string IdOf(string key) => IsSaid(key) ? MemoryId.Of(TextOf(key, ""), null) : WordOf(key);

    /// <summary>The memory of an id; of one that is nobody's, a key that is nobody's.</summary>
    public static string MemoryById(string id) => MemoriesById.TryGetValue(id, out var key) ? key : MemoryPrefix + id;

    static IEnumerable<int> HotOf(TortureOptions options, string space, int count) =>
        Enumerable.Range(0, count).Where(hot => SpaceOfHot(options, hot) == space);
}
