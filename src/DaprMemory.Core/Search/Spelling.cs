using System.Numerics;

namespace DaprMemory.Core.Search;

/// <summary>How far two words are apart in writing.</summary>
internal static class Spelling
{
    const int LongestWord = 40;

    /// <summary>How many letters may be amiss in a word: none in a short one, where that makes another word, or in one that is no word.</summary>
    public static int AllowedMistakes(string word) => word.Length <= LongestWord && word.All(char.IsLetter) ? word.Length switch { < 4 => 0, < 8 => 1, _ => 2 } : 0;

    /// <summary>The pairs of letters of a word, as bits.</summary>
    public static ulong Shape(string word)
    {
        var shape = 0ul;
        var before = '^';
        foreach (var letter in word)
        {
            shape |= Bit(before, letter);
            before = letter;
        }
        return shape | Bit(before, '$');
    }

    /// <summary>Whether words of two shapes may be so many mistakes apart. A swap of letters changes three pairs, any other mistake two.</summary>
    public static bool MayBeNear(ulong left, ulong right, int mistakes) =>
        BitOperations.PopCount(left & ~right) <= 2 * mistakes + 1 && BitOperations.PopCount(right & ~left) <= 2 * mistakes + 1;

    /// <summary>How many letters must be put in, left out, replaced or swapped with the next to make one of the other; more than the limit is the limit and one.</summary>
    public static int Distance(string left, string right, int limit)
    {
        Span<int> twoBack = stackalloc int[right.Length + 1];
        Span<int> before = stackalloc int[right.Length + 1];
        Span<int> row = stackalloc int[right.Length + 1];
        for (var j = 0; j < row.Length; j++)
            row[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            var spare = twoBack;
            twoBack = before;
            before = row;
            row = spare;
            row[0] = i;
            var least = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(before[j], row[j - 1]) + 1, before[j - 1] + cost);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    row[j] = Math.Min(row[j], twoBack[j - 2] + 1);
                least = Math.Min(least, row[j]);
            }
            if (least > limit)
                return limit + 1;
        }
        return Math.Min(row[right.Length], limit + 1);
    }

    static ulong Bit(char first, char second) => 1ul << (int)((first * 31u + second) * 0x9E3779B1u >> 26);
}
