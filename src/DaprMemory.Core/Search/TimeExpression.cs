namespace DaprMemory.Core.Search;

/// <summary>A time that a text names: "last Friday", "in July", "8 May 2023".</summary>
/// <param name="Span">The days that it means.</param>
/// <param name="IsYearly">Whether it names no year, so that it may mean another than the nearest.</param>
internal readonly record struct TimeExpression(DaySpan Span, bool IsYearly)
{
    /// <summary>Which share of some days lies within it; without a year, within it in the year that fits best.</summary>
    public float Covers(DaySpan days)
    {
        if (!IsYearly)
            return days.ShareWithin(Span);
        var best = 0f;
        var last = Math.Min(days.Last.Year, days.First.Year + 1);
        for (var year = days.First.Year; year <= last; year++)
            best = Math.Max(best, days.ShareWithin(InYear(year)));
        return best;
    }

    // A time without a year is a day or a month.
    DaySpan InYear(int year) => Span.Days > 1
        ? DaySpan.Month(year, Span.First.Month)
        : DaySpan.Day(Span.First.AddYears(year - Span.First.Year));
}
