using System.Globalization;
using System.Xml;
using DaprMemory.LocalSidecar.PubSub;

namespace DaprMemory.LocalSidecar.Actors;

/// <summary>How the actor API writes times: Go's durations, ISO 8601's without days, and for what happens once, RFC 3339's moments.</summary>
internal static class ActorTime
{
    const string Every = "@every ";

    /// <summary>Reads a duration; <c>false</c>: it is none, or one with days, months or years, which the scheduler refuses.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        if (GoDuration.TryParse(text, TimeSpan.FromMilliseconds(1), out duration))
            return true;
        if (!text.StartsWith("PT", StringComparison.Ordinal))
            return false;
        try
        {
            duration = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Reads a duration from now on, or a moment.</summary>
    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset at)
    {
        if (TryParse(text, out TimeSpan duration))
        {
            at = now + duration;
            return true;
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out at) && text.Contains('T', StringComparison.Ordinal);
    }

    /// <summary>Reads a period, perhaps with a number of repetitions before it (<c>R5/PT30M</c>). Empty: it happens once.</summary>
    public static bool TryParsePeriod(string text, out TimeSpan period, out int? times)
    {
        (period, times) = (TimeSpan.Zero, text.Length == 0 ? 1 : null);
        if (text.Length == 0)
            return true;
        if (text.StartsWith('R') && text.IndexOf('/', StringComparison.Ordinal) is > 1 and var slash)
        {
            if (!int.TryParse(text.AsSpan(1, slash - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0)
                return false;
            times = count;
            text = text[(slash + 1)..];
        }
        return TryParse(text.StartsWith(Every, StringComparison.Ordinal) ? text[Every.Length..] : text, out period) && period > TimeSpan.Zero;
    }

    /// <summary>A period as the scheduler gives it back.</summary>
    public static string ToSchedule(TimeSpan period) => Every + GoDuration.Format(period);
}
