namespace DaprMemory.Core.Search;

/// <summary>Some days, the last one included.</summary>
internal readonly record struct DaySpan(DateOnly First, DateOnly Last)
{
    public static DaySpan Day(DateOnly day) => new(day, day);

    public static DaySpan Month(int year, int month) => new(new DateOnly(year, month, 1), new DateOnly(year, month, DateTime.DaysInMonth(year, month)));

    public static DaySpan Year(int year) => new(new DateOnly(year, 1, 1), new DateOnly(year, 12, 31));

    public int Days => Last.DayNumber - First.DayNumber + 1;

    /// <summary>Which share of it lies within another.</summary>
    public float ShareWithin(DaySpan other) =>
        Math.Max(0, Math.Min(Last.DayNumber, other.Last.DayNumber) - Math.Max(First.DayNumber, other.First.DayNumber) + 1) / (float)Days;
}
