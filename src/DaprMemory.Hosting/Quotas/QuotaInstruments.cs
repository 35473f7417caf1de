using System.Diagnostics.Metrics;

namespace DaprMemory.Hosting.Quotas;

/// <summary>The metrics of quotas. Which tenant it was, they do not say.</summary>
public static class QuotaInstruments
{
    const string QuotaTag = "quota";

    static readonly Meter Meter = new("memory_quota");

    static readonly Counter<long> Refusals = Meter.CreateCounter<long>("refusals", "{request}", "Requests refused because a quota was used up, by quota.");

    static readonly Counter<long> Waits = Meter.CreateCounter<long>("waits", "{request}", "Requests that had to wait for their turn, by quota.");

    /// <summary>Counts a refusal.</summary>
    /// <param name="quota">One of <see cref="QuotaNames"/>.</param>
    public static void Refused(string quota) => Refusals.Add(1, new KeyValuePair<string, object?>(QuotaTag, quota));

    internal static void Waited(string quota) => Waits.Add(1, new KeyValuePair<string, object?>(QuotaTag, quota));
}
