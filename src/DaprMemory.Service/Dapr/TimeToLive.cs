using System.Globalization;

namespace DaprMemory.Service.Dapr;

/// <summary>How Dapr is told when a key ceases to exist.</summary>
internal static class TimeToLive
{
    /// <summary>The metadata of a save; null for a key that stays.</summary>
    public static IReadOnlyDictionary<string, string>? ToMetadata(TimeSpan? life) => life is not { } time ? null : new Dictionary<string, string>
    {
        ["ttlInSeconds"] = ((int)Math.Clamp(time.TotalSeconds, 1, int.MaxValue)).ToString(CultureInfo.InvariantCulture),
    };
}
