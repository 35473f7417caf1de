using System.Globalization;
using System.Text;

namespace DaprMemory.Core.Embeddings;

/// <summary>
/// Unicode's normalization form KC, by our own table: .NET's normalization does nothing where there is no ICU, and everything here is built
/// without (<c>InvariantGlobalization</c>).
/// </summary>
internal static class CompatibilityForm
{
    const int HangulSyllables = 0xAC00;
    const int HangulLeads = 0x1100;
    const int HangulVowels = 0x1161;
    const int HangulTrails = 0x11A7;
    const int LeadCount = 19;
    const int VowelCount = 21;
    const int TrailCount = 28;

    static readonly Lazy<Table> Data = new(Table.Read);

    /// <summary>Normalizes a text; lone surrogates stay what they are.</summary>
    public static string Normalize(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u009F'))
            return text;
        var table = Data.Value;
        var points = new List<int>(text.Length + 16);
        foreach (var point in CodePoints(text))
            Decompose(point, table, points);
        Order(points, table);
        return Compose(points, table);
    }

    static IEnumerable<int> CodePoints(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
                yield return char.ConvertToUtf32(text, i++);
            else
                yield return text[i];
        }
    }

    static void Decompose(int point, Table table, List<int> points)
    {
        var syllable = point - HangulSyllables;
        if (syllable is >= 0 and < LeadCount * VowelCount * TrailCount)
        {
            points.Add(HangulLeads + syllable / (VowelCount * TrailCount));
            points.Add(HangulVowels + syllable / TrailCount % VowelCount);
            if (syllable % TrailCount != 0)
                points.Add(HangulTrails + syllable % TrailCount);
        }
        else if (table.Decompositions.TryGetValue(point, out var parts))
            points.AddRange(parts);
        else
            points.Add(point);
    }

    /// <summary>Puts each run of combining marks into the order of their classes.</summary>
    static void Order(List<int> points, Table table)
    {
        for (var i = 1; i < points.Count; i++)
        {
            var point = points[i];
            var own = table.ClassOf(point);
            if (own == 0)
                continue;
            var place = i;
            for (; place > 0 && table.ClassOf(points[place - 1]) > own; place--)
                points[place] = points[place - 1];
            points[place] = point;
        }
    }

    static string Compose(List<int> points, Table table)
    {
        var kept = new List<int>(points.Count);
        var starter = -1;
        var lastClass = 0;
        foreach (var point in points)
        {
            var own = table.ClassOf(point);
            // Blocked when a mark of the same or a higher class, or another starter, stands between.
            var isNext = starter >= 0 && (kept.Count - 1 == starter || (lastClass != 0 && lastClass < own));
            if (isNext && Pair(kept[starter], point, table) is { } composed)
            {
                kept[starter] = composed;
                continue;
            }
            if (own == 0)
                starter = kept.Count;
            lastClass = own;
            kept.Add(point);
        }
        var text = new StringBuilder(kept.Count + 16);
        foreach (var point in kept)
        {
            if (point is >= 0xD800 and <= 0xDFFF)
                text.Append((char)point);
            else
                text.Append(new Rune(point));
        }
        return text.ToString();
    }

    static int? Pair(int first, int second, Table table)
    {
        if (first - HangulLeads is >= 0 and < LeadCount && second - HangulVowels is >= 0 and < VowelCount)
            return HangulSyllables + ((first - HangulLeads) * VowelCount + second - HangulVowels) * TrailCount;
        if (first - HangulSyllables is var syllable and >= 0 and < LeadCount * VowelCount * TrailCount
            && syllable % TrailCount == 0
            && second - HangulTrails is > 0 and < TrailCount)
            return first + second - HangulTrails;
        return table.Pairs.TryGetValue((first, second), out var composed) ? composed : null;
    }

    sealed class Table
    {
        readonly Dictionary<int, byte> _classes = [];

        public Dictionary<int, int[]> Decompositions { get; } = [];

        public Dictionary<(int, int), int> Pairs { get; } = [];

        public int ClassOf(int point) => point < 0x300 ? 0 : _classes.GetValueOrDefault(point);

        public static Table Read()
        {
            using var stream = typeof(Table).Assembly.GetManifestResourceStream("Nfkc.txt")!;
            using var reader = new StreamReader(stream);
            var table = new Table();
            while (reader.ReadLine() is { } line)
            {
                if (!line.StartsWith('#'))
                    table.Add(line.Split(' '));
            }
            return table;
        }

        void Add(string[] words)
        {
            switch (words[0])
            {
                case "class":
                    var own = byte.Parse(words[1].AsSpan(0, words[1].Length - 1), CultureInfo.InvariantCulture);
                    foreach (var range in words.AsSpan(2))
                    {
                        for (var point = Hex(range.Split('-')[0]); point <= Hex(range.Split('-')[^1]); point++)
                            _classes[point] = own;
                    }
                    break;
                case "pair":
                    Pairs[(Hex(words[1]), Hex(words[2]))] = Hex(words[3]);
                    break;
                default:
                    Decompositions[Hex(words[0])] = Array.ConvertAll(words[1..], Hex);
                    break;
            }
        }

        static int Hex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
