using System.ComponentModel.DataAnnotations;

namespace DaprMemory.Core.Embeddings;

/// <summary>How a node embeds behind its writes.</summary>
public record SchedulerOptions
{
    /// <summary>How many texts go to the model at once.</summary>
    /// <value>Default 32.</value>
    [Range(1, 2048)]
    public int BatchSize { get; init; } = 32;

    /// <summary>How many batches are under way at once, over all spaces. Queries come on top.</summary>
    /// <value>Default: half the processors, at least 1.</value>
    [Range(1, 256)]
    public int Concurrency { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>How many queries are embedded at once; the others wait, within their deadlines.</summary>
    /// <value>Default 8.</value>
    [Range(1, 1024)]
    public int QueryConcurrency { get; init; } = 8;

    /// <summary>How many vectors of queries are kept, the most recently used.</summary>
    /// <value>Default 1000.</value>
    [Range(1, 1_000_000)]
    public int QueryCacheEntries { get; init; } = 1000;

    /// <summary>How long vectors that fill no segment yet may stay unsaved when no more come.</summary>
    /// <value>Default 5 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan SaveAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause before a model or store that failed is asked again; the first is a hundredth of it.</summary>
    /// <value>Default 30 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause after so many failures in a row.</summary>
    internal TimeSpan PauseAfter(int failures) => LongestPause / 100 * Math.Min(100, Math.Pow(2, Math.Min(failures - 1, 16))) * (0.5 + Random.Shared.NextDouble() / 2);
}
