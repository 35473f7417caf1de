namespace DaprMemory.Core.Sessions;

/// <summary>Sets of turns, as ranges in order, none of which overlaps or touches another; null for none.</summary>
internal static class TurnRanges
{
    /// <summary>The first turns that are not in the set.</summary>
    public static TurnRange FirstGap(this IReadOnlyList<TurnRange>? ranges)
    {
        long from = 1;
        foreach (var range in ranges ?? [])
        {
            if (range.From > from)
                return new TurnRange(from, range.From - 1);
            from = range.To + 1;
        }
        return new TurnRange(from, long.MaxValue);
    }

    /// <summary>How many of the turns up to a number are not in the set.</summary>
    public static long CountMissing(this IReadOnlyList<TurnRange>? ranges, long last) =>
        last - (ranges ?? []).Where(range => range.From <= last).Sum(range => Math.Min(range.To, last) - range.From + 1);

    /// <summary>The set, and some more turns.</summary>
    public static IReadOnlyList<TurnRange> With(this IReadOnlyList<TurnRange>? ranges, TurnRange added)
    {
        var merged = new List<TurnRange>();
        foreach (var range in (ranges ?? []).Append(added).OrderBy(range => range.From))
        {
            if (merged is [.., var last] && range.From <= last.To + 1)
                merged[^1] = last with { To = Math.Max(last.To, range.To) };
            else
                merged.Add(range);
        }
        return merged;
    }
}
