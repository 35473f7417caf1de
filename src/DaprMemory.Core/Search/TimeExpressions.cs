using System.Collections.Frozen;
using System.Globalization;

namespace DaprMemory.Core.Search;

/// <summary>Finds the times that an English text names, and what they mean on the day on which it was written. ISO dates are found in any language.</summary>
internal sealed class TimeExpressions
{
    static readonly FrozenDictionary<string, int> Months = Numbered(1,
        "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug", "september sep sept", "october oct", "november nov", "december dec");

    static readonly FrozenDictionary<string, int> Weekdays = Numbered(0,
        "sunday", "monday", "tuesday tues", "wednesday", "thursday thurs", "friday", "saturday");

    static readonly FrozenDictionary<string, int> Numbers = Numbered(1,
        "one a an", "two couple", "three few", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve");

    static readonly FrozenDictionary<string, int> Seasons = Numbered(1, "spring", "summer", "autumn fall", "winter");

    // Words of other meanings too, which are months only by their capital or beside a number.
    static readonly FrozenSet<string> Doubtful = new[] { "may", "march", "mar", "sep", "dec", "jan" }.ToFrozenSet(StringComparer.Ordinal);

    static readonly FrozenSet<string> BeforeYear =
        new[] { "in", "since", "during", "of", "by", "from", "until", "till", "before", "after", "early", "late", "year", "around", "and", "to" }.ToFrozenSet(StringComparer.Ordinal);

    readonly IReadOnlyList<Token> _tokens;
    readonly DateOnly _today;
    readonly List<TimeExpression> _found = [];

    TimeExpressions(IReadOnlyList<Token> tokens, DateOnly today)
    {
        _tokens = tokens;
        _today = today;
    }

    public static IReadOnlyList<TimeExpression> Find(TokenizedText text, DateOnly today)
    {
        // What lies at the ends of the calendar has no neighbouring days.
        if (today.Year is < 101 or > 9899)
            return [];
        var reader = new TimeExpressions(text.Tokens, today);
        for (var i = 0; i < text.Tokens.Count;)
            i += Math.Max(1, reader.ReadAt(i));
        return reader._found;
    }

    string Word(int i) => i >= 0 && i < _tokens.Count ? _tokens[i].Word : "";

    // Reads what begins at a word, and says how many words it is.
    int ReadAt(int i) => Word(i) switch
    {
        "today" or "tonight" => AddDays(0, 1),
        "yesterday" when Word(i - 1) == "before" && Word(i - 2) == "day" => AddDays(-2, 1),
        "yesterday" => AddDays(-1, 1),
        "tomorrow" when Word(i - 1) == "after" && Word(i - 2) == "day" => AddDays(2, 1),
        "tomorrow" => AddDays(1, 1),
        "last" or "previous" or "past" => Relative(i, -1),
        "this" => Relative(i, 0),
        "next" or "coming" => Relative(i, 1),
        "ago" => Ago(i),
        var word when Months.TryGetValue(word, out var month) => Month(i, month),
        var word when Seasons.TryGetValue(word, out var season) => YearAt(i + 1) is { } year ? Add(Season(year, season), 2) : 0,
        var word when word.Length == 4 && YearAt(i) is { } year => Year(i, year),
        _ => 0,
    };

    int Add(DaySpan span, int words, bool isYearly = false)
    {
        _found.Add(new TimeExpression(span, isYearly));
        return words;
    }

    int AddDays(int days, int words) => Add(DaySpan.Day(_today.AddDays(days)), words);

    int Relative(int i, int step)
    {
        var unit = Word(i + 1);
        if (Weekdays.TryGetValue(unit, out var weekday))
            return AddDays(ToWeekday(weekday, step), 2);
        if (Seasons.TryGetValue(unit, out var season))
            return Add(Season(_today.Year + step, season), 2);
        if (Months.TryGetValue(unit, out var month))
            return Add(DaySpan.Month(_today.Year + (step < 0 && month >= _today.Month ? -1 : step > 0 && month <= _today.Month ? 1 : 0), month), 2);
        // Weeks begin on Monday.
        var monday = _today.AddDays(-((int)_today.DayOfWeek + 6) % 7 + 7 * step);
        return unit switch
        {
            "night" when step < 0 => AddDays(-1, 2),
            "morning" or "afternoon" or "evening" when step == 0 => AddDays(0, 2),
            "week" => Add(new DaySpan(monday, monday.AddDays(6)), 2),
            "weekend" => Add(new DaySpan(monday.AddDays(5), monday.AddDays(6)), 2),
            "month" => Add(MonthsFromNow(step), 2),
            "year" => Add(DaySpan.Year(_today.Year + step), 2),
            _ => 0,
        };
    }

    int ToWeekday(int weekday, int step)
    {
        var ahead = (weekday - (int)_today.DayOfWeek + 7) % 7;
        return step < 0 ? (ahead == 0 ? -7 : ahead - 7) : step > 0 && ahead == 0 ? 7 : ahead;
    }

    // "three weeks ago", "a couple of days ago".
    int Ago(int i)
    {
        var unit = Word(i - 1).TrimEnd('s');
        var word = Word(i - 2) == "of" ? Word(i - 3) : Word(i - 2);
        var count = Numbers.TryGetValue(word, out var number) || int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number) ? number : 0;
        if (count is < 1 or > 99)
            return 0;
        return unit switch
        {
            "day" => AddDays(-count, 1),
            "week" => Add(new DaySpan(_today.AddDays(-7 * count - 3), _today.AddDays(-7 * count + 3)), 1),
            "month" => Add(MonthsFromNow(-count), 1),
            "year" => Add(DaySpan.Year(_today.Year - count), 1),
            _ => 0,
        };
    }

    // "May", "May 8", "8 May", "8th of May", each with or without a year.
    int Month(int i, int month)
    {
        var before = DayAt(Word(i - 1) == "of" ? i - 2 : i - 1);
        var behind = before is null ? DayAt(i + 1) : null;
        var words = behind is null ? 1 : 2;
        var year = YearAt(i + words);
        if (Doubtful.Contains(Word(i)) && before is null && behind is null && year is null && !(_tokens[i].IsCapitalised && !_tokens[i].OpensSentence))
            return 0;
        var day = before ?? behind;
        if (day > DateTime.DaysInMonth(year ?? _today.Year, month))
            return 0;
        var near = year ?? NearestYear(month);
        var span = day is { } d ? DaySpan.Day(new DateOnly(near, month, Math.Min(d, DateTime.DaysInMonth(near, month)))) : DaySpan.Month(near, month);
        return Add(span, words + (year is null ? 0 : 1), isYearly: year is null);
    }

    // "2023-05-08", "2023-05-08T10:00", or a year behind a word that makes it one.
    int Year(int i, int year)
    {
        if (Word(i + 1).Length == 2 && NumberAt(i + 1) is >= 1 and <= 12 and { } month
            && Word(i + 2) is { Length: >= 2 } end && (end.Length == 2 || end[2] == 't')
            && int.TryParse(end.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var day)
            && day >= 1 && day <= DateTime.DaysInMonth(year, month))
            return Add(DaySpan.Day(new DateOnly(year, month, day)), 3);
        return BeforeYear.Contains(Word(i - 1)) ? Add(DaySpan.Year(year), 1) : 0;
    }

    int NearestYear(int month) => (month - _today.Month) switch
    {
        > 6 => _today.Year - 1,
        < -6 => _today.Year + 1,
        _ => _today.Year,
    };

    DaySpan MonthsFromNow(int months)
    {
        var day = _today.AddMonths(months);
        return DaySpan.Month(day.Year, day.Month);
    }

    // Northern seasons: winter is that which begins in December.
    static DaySpan Season(int year, int season)
    {
        var first = new DateOnly(year, 3 * season, 1);
        return new DaySpan(first, first.AddMonths(3).AddDays(-1));
    }

    int? NumberAt(int i) => int.TryParse(Word(i), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    int? DayAt(int i) => Word(i).Length <= 2 && NumberAt(i) is >= 1 and <= 31 and { } day ? day : null;

    int? YearAt(int i) => Word(i).Length == 4 && NumberAt(i) is >= 1900 and <= 2099 and { } year ? year : null;

    static FrozenDictionary<string, int> Numbered(int first, params string[] words) => words
        .SelectMany((names, i) => names.Split(' ').Select(name => KeyValuePair.Create(name, first + i)))
        .ToFrozenDictionary(StringComparer.Ordinal);
}
