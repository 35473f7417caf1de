using System.Globalization;
using System.Text.RegularExpressions;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>Durations as Go writes them, such as <c>1m30s</c> or <c>250ms</c>; a bare number has a unit of the setting's own.</summary>
internal static partial class GoDuration
{
    public static bool TryParse(string? text, TimeSpan bareUnit, out TimeSpan duration)
    {
        duration = default;
        if (text is null)
            return false;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            duration = bareUnit * number;
            return true;
        }
        if (!Whole().IsMatch(text))
            return false;
        foreach (Match part in Part().Matches(text))
            duration += double.Parse(part.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * UnitOf(part.Groups[2].ValueSpan);
        return true;
    }

    /// <summary>Writes a duration as Go does: <c>1h0m0s</c>, <c>1.5s</c>, <c>250ms</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration < TimeSpan.FromSeconds(1))
            return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds}ms");
        var seconds = string.Create(CultureInfo.InvariantCulture, $"{(duration.Ticks % TimeSpan.TicksPerMinute) / (decimal)TimeSpan.TicksPerSecond:0.#######}s");
        return duration.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalHours}h{duration.Minutes}m{seconds}")
            : duration.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{duration.Minutes}m{seconds}")
            : seconds;
    }

    static TimeSpan UnitOf(ReadOnlySpan<char> unit) => unit switch
    {
        "h" => TimeSpan.FromHours(1),
        "m" => TimeSpan.FromMinutes(1),
        "s" => TimeSpan.FromSeconds(1),
        "ms" => TimeSpan.FromMilliseconds(1),
        "us" or "µs" => TimeSpan.FromMicroseconds(1),
        _ => TimeSpan.Zero, // nanoseconds are below what a TimeSpan can tell
    };

    [GeneratedRegex(@"^([0-9]{1,9}(\.[0-9]{1,9})?(h|ms|m|s|us|µs|ns))+$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"([0-9.]+)(h|ms|m|s|us|µs|ns)")]
    private static partial Regex Part();
}
