using System.Threading.RateLimiting;

namespace DaprMemory.Hosting.Quotas;

/// <summary>A rate, and how much of it may come at once.</summary>
/// <param name="PerSecond">How much a second, on average.</param>
/// <param name="Burst">How much at once, after a quiet time.</param>
internal sealed record QuotaRate(double PerSecond, int Burst)
{
    // As often as the limiters of the framework are filled up.
    const double TurnsPerSecond = 10;

    public TokenBucketRateLimiterOptions ToBucket(int maxWaiting)
    {
        // A whole number of tokens at a time, and the time that makes it the rate.
        var tokens = (int)Math.Clamp(Math.Round(PerSecond / TurnsPerSecond), 1, Burst);
        return new()
        {
            TokenLimit = Burst,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromSeconds(tokens / PerSecond),
            QueueLimit = maxWaiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        };
    }
}
