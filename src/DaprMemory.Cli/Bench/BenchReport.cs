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

/// <summary>A space of a million records, loaded from its checkpoint.</summary>
internal sealed record MillionResult(double OpenSeconds, double MemoryMiB);

/// <summary>What one run of the bench showed.</summary>
internal sealed record BenchReport(
    string Hardware,
    string Store,
    double StartToFirstAnswerSeconds,
    IReadOnlyList<BenchRow> Rows,
    IReadOnlyList<EventLagRow> EventLags,
    double MemoryHitRatio,
    MillionResult? Million);

[JsonSerializable(typeof(BenchReport))]
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class BenchJsonContext : JsonSerializerContext;
