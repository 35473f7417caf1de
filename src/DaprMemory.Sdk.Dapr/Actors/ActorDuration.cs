using System.Globalization;

namespace Dapr.Actors;

/// <summary>Durations as the actor APIs write them.</summary>
internal static class ActorDuration
{
    /// <summary>Hours, minutes, seconds and milliseconds: the scheduler refuses days. Nothing for what is never.</summary>
    public static string ToWire(TimeSpan duration) => duration < TimeSpan.Zero
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalHours}h{duration.Minutes}m{duration.Seconds}s{duration.Milliseconds}ms");
}
