using DaprMemory.Core.Search;

namespace DaprMemory.Core.Tests.Search;

/// <summary>What times a text names, on a Wednesday.</summary>
public sealed class TimeExpressionsTests
{
    static readonly DateOnly Today = new(2023, 6, 14);

    [Theory]
    [InlineData("I went there yesterday", "2023-06-13")]
    [InlineData("the day before yesterday", "2023-06-12")]
    [InlineData("see you tomorrow, or the day after tomorrow", "2023-06-15 2023-06-16")]
    [InlineData("last night", "2023-06-13")]
    [InlineData("last Friday", "2023-06-09"), InlineData("last Wednesday", "2023-06-07"), InlineData("next Wednesday", "2023-06-21"), InlineData("this Friday", "2023-06-16")]
    [InlineData("last week", "2023-06-05..2023-06-11"), InlineData("next week", "2023-06-19..2023-06-25"), InlineData("last weekend", "2023-06-10..2023-06-11")]
    [InlineData("last month", "2023-05-01..2023-05-31"), InlineData("this year", "2023-01-01..2023-12-31"), InlineData("last summer", "2022-06-01..2022-08-31")]
    [InlineData("two days ago", "2023-06-12"), InlineData("a couple of days ago", "2023-06-12"), InlineData("3 weeks ago", "2023-05-21..2023-05-27")]
    [InlineData("six months ago", "2022-12-01..2022-12-31"), InlineData("ten years ago", "2013-01-01..2013-12-31")]
    [InlineData("on 8 May 2023", "2023-05-08"), InlineData("May 8th, 2023", "2023-05-08"), InlineData("the 8th of May 2023", "2023-05-08"), InlineData("2023-05-08T10:00", "2023-05-08")]
    [InlineData("in May 2021", "2021-05-01..2021-05-31"), InlineData("summer 2021", "2021-06-01..2021-08-31"), InlineData("since 2016", "2016-01-01..2016-12-31")]
    [InlineData("in October", "2023-10-01..2023-10-31*"), InlineData("on 30 December", "2023-12-30*"), InlineData("last December", "2022-12-01..2022-12-31")]
    [InlineData("it may be that we march on", ""), InlineData("May I come?", ""), InlineData("2000 people", ""), InlineData("45 May", "2023-05-01..2023-05-31*")]
    [InlineData("2023-13-40", ""), InlineData("February 30", ""), InlineData("ago", ""), InlineData("last but not least", ""), InlineData("", "")]
    public void Times_are_found_and_dated(string text, string times) =>
        string.Join(' ', TimeExpressions.Find(Tokenizer.Read(text), Today).Select(Show)).ShouldBe(times);

    [Theory]
    [InlineData("May 7", "2020-05-07", 1), InlineData("May 7", "2020-05-08", 0), InlineData("7 May 2021", "2020-05-07", 0), InlineData("in May", "1999-05-31", 1)]
    [InlineData("29 February 2024", "2024-02-29", 1), InlineData("in February", "2024-02-29", 1)]
    public void Time_without_a_year_is_in_every_year(string text, string day, float share) =>
        TimeExpressions.Find(Tokenizer.Read(text), Today).Single().Covers(DaySpan.Day(DateOnly.ParseExact(day, "yyyy-MM-dd"))).ShouldBe(share);

    [Fact]
    public void Time_told_counts_by_the_share_that_lies_in_the_time_asked()
    {
        var asked = TimeExpressions.Find(Tokenizer.Read("in July 2023"), Today).Single();

        asked.Covers(new DaySpan(new DateOnly(2023, 6, 30), new DateOnly(2023, 7, 1))).ShouldBe(0.5f);
        asked.Covers(DaySpan.Year(2022)).ShouldBe(0);
    }

    [Theory]
    [InlineData("0001-01-01"), InlineData("9999-12-31")]
    public void Ends_of_the_calendar_have_no_times(string today) =>
        TimeExpressions.Find(Tokenizer.Read("yesterday, 99 years ago, next year"), DateOnly.ParseExact(today, "yyyy-MM-dd")).ShouldBeEmpty();

    static string Show(TimeExpression time) =>
        (time.Span.Days == 1 ? $"{time.Span.First:yyyy-MM-dd}" : $"{time.Span.First:yyyy-MM-dd}..{time.Span.Last:yyyy-MM-dd}") + (time.IsYearly ? "*" : "");
}
