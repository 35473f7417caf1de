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

/// <summary>A space of a million records, loaded from its checkpoint.</summary>
internal sealed record MillionResult(double OpenSeconds, double MemoryMiB);

/// <summary>What one run of the bench showed.</summary>
internal sealed record BenchReport(string Hardware, string Store, double StartToFirstAnswerSeconds, IReadOnlyList<BenchRow> Rows, MillionResult? Million);

[JsonSerializable(typeof(BenchReport))]
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class BenchJsonContext : JsonSerializerContext;
