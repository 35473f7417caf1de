using System.ComponentModel.DataAnnotations;

namespace DaprMemory.Router.Configuration;

/// <summary>
/// When a shard that answers, but slowly, is drained: moved behind its successors on the ring. Never more than half of the shards that are
/// available, so when all are slow none is.
/// </summary>
public sealed class DrainOptions
{
    /// <summary>How long answers count. Latencies are looked at five times in it.</summary>
    /// <value>A duration. The default is 5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:10:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many times the median of its peers' p99 a shard's p99 must exceed. It recovers at half of that.</summary>
    /// <value>A number above 1. The default is 4.</value>
    [Range(1.1, 1000)]
    public double Factor { get; set; } = 4;

    /// <summary>What a shard's p99 must exceed in any case. It recovers at half of that.</summary>
    /// <value>A duration. The default is 50 ms; an hour would mean that no shard is ever drained.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan Floor { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How many answers in the window must be too slow, and how many of a peer's make its p99 known.</summary>
    /// <value>A number. The default is 10.</value>
    [Range(1, 1_000_000)]
    public int MinAnswers { get; set; } = 10;

    /// <summary>How often a drained shard gets one of its own requests nevertheless. Five quick answers in a row end the drain.</summary>
    /// <value>A duration. The default is 1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(1);
}
