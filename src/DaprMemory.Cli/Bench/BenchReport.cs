using System.Text.Json.Serialization;

namespace DaprMemory.Cli.Bench;

/// <summary>One measured load. Latencies in milliseconds.</summary>
internal sealed record BenchRow(string Name, int Clients, int Spaces, double PerSecond, double P50Ms, double P95Ms, double P99Ms, long Errors, double RatioToCeiling)
{
    public static BenchRow Of(string name, int clients, int spaces, LoadResult load, double ceiling) => new(
        name,
        clients,
        spaces,
        load.Rate,
        load.Latencies.Quantile(0.5).TotalMilliseconds,
        load.Latencies.Quantile(0.95).TotalMilliseconds,
        load.Latencies.Quantile(0.99).TotalMilliseconds,
        load.Errors,
        load.Rate / ceiling);
}

/// <summary>How far the other shards' views are behind a commit, while clients write. Latencies in milliseconds.</summary>
internal sealed record EventLagRow(int Clients, double WritesPerSecond, long Events, double P50Ms, double P99Ms)
{
    public static EventLagRow Of(int clients, double rate, LatencyHistogram lag) =>
        new(clients, rate, lag.Count, lag.Quantile(0.5).TotalMilliseconds, lag.Quantile(0.99).TotalMilliseconds);
}

/// <summary>The first reads after a restart, each of a record that was hot before it. Latencies in milliseconds.</summary>
/// <param name="Name">How the nodes were prepared.</param>
/// <param name="P50Ms">Half of the reads took no longer.</param>
/// <param name="P99Ms">99 of 100 reads took no longer.</param>
/// <param name="MemoryHitRatio">The share that was found in memory.</param>
/// <param name="HotHitRatio">The share of the others that the hot store had; NaN without one.</param>
internal sealed record RestartRow(string Name, double P50Ms, double P99Ms, double MemoryHitRatio, double HotHitRatio);

/// <summary>A space of a million records, loaded from its checkpoint.</summary>
internal sealed record MillionResult(double OpenSeconds, double MemoryMiB);

/// <summary>Hot reads a second where nobody is asked who it is, and where every request has a token.</summary>
internal sealed record TokenCostResult(double WithoutPerSecond, double WithPerSecond)
{
    /// <summary>What is left, as a part of what there was.</summary>
    public double Ratio => WithPerSecond / WithoutPerSecond;
}

/// <summary>What a tenant that floods the system costs a quiet one. Latencies in milliseconds.</summary>
/// <param name="Clients">How many clients flood it.</param>
/// <param name="AloneP50Ms">The quiet tenant's, alone.</param>
/// <param name="AloneP99Ms">As before.</param>
/// <param name="BesideP50Ms">Beside the flood, with quotas.</param>
/// <param name="BesideP99Ms">As before.</param>
/// <param name="WithoutQuotasP99Ms">Beside the flood, without quotas.</param>
/// <param name="NoisyPerSecond">What the noisy tenant still got under quotas.</param>
internal sealed record NoisyTenantResult(
    int Clients, double AloneP50Ms, double AloneP99Ms, double BesideP50Ms, double BesideP99Ms, double WithoutQuotasP99Ms, double NoisyPerSecond)
{
    /// <summary>By how much the noisy tenant raises the quiet one's p99.</summary>
    public double Ratio => BesideP99Ms / AloneP99Ms;
}

/// <summary>What sessions and memories showed, beside the rows of searches.</summary>
/// <param name="AppendAt10P99Ms">99 of 100 appends to sessions of 10 to 20 turns took no longer.</param>
/// <param name="AppendAt10000P99Ms">99 of 100 appends to a session of 10,000 turns and more took no longer.</param>
/// <param name="IndexOpenSeconds">The first search over 100,000 memories on a node that has just started.</param>
internal sealed record MemoryLoadsResult(double AppendAt10P99Ms, double AppendAt10000P99Ms, double IndexOpenSeconds)
{
    /// <summary>How much longer appends to the long session take.</summary>
    public double AppendRatio => AppendAt10000P99Ms / AppendAt10P99Ms;
}

/// <summary>A search of the bench.</summary>
internal sealed record SearchText(string Query, string Mode);

/// <summary>What one run of the bench showed.</summary>
internal sealed record BenchReport(
    string Hardware,
    string Store,
    double StartToFirstAnswerSeconds,
    IReadOnlyList<BenchRow> Rows,
    IReadOnlyList<EventLagRow> EventLags,
    double MemoryHitRatio,
    double StrongToSession,
    IReadOnlyList<RestartRow> Restarts,
    TokenCostResult Tokens,
    NoisyTenantResult Noise,
    MillionResult? Million,
    MemoryLoadsResult? Memories);

[JsonSerializable(typeof(BenchReport))]
[JsonSerializable(typeof(SearchText))]
[JsonSourceGenerationOptions(WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class BenchJsonContext : JsonSerializerContext;
