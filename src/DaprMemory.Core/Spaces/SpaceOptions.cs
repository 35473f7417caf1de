using System.ComponentModel.DataAnnotations;
using DaprMemory.Core.Log;

namespace DaprMemory.Core.Spaces;

/// <summary>How a node keeps its open spaces.</summary>
public sealed record SpaceOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Spaces";

    /// <summary>The largest value, in bytes.</summary>
    public const int MaxValueBytes = 1024 * 1024;

    internal const int DefaultMaxItemBytes = 3 * 1024 * 1024;

    /// <summary>How much memory the views of open spaces may take, estimated.</summary>
    /// <value>In bytes. Default 1 GiB.</value>
    [Range(1024 * 1024, long.MaxValue)]
    public long ViewBudgetBytes { get; init; } = 1L << 30;

    /// <summary>How much memory cached values may take.</summary>
    /// <value>In bytes. Default 256 MiB.</value>
    [Range(0, long.MaxValue)]
    public long ValueCacheBytes { get; init; } = 256L << 20;

    /// <summary>How long a write may wait for a definite outcome before its caller is told that there is none.</summary>
    /// <value>Default 1.75 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(1.75);

    /// <summary>How long a read may wait for the store.</summary>
    /// <value>Default 1.75 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(1.75);

    /// <summary>How long loading a space may take: that of a large one is longer than a read.</summary>
    /// <value>Default 30 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan LoadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many writes of one space may wait; more are refused at once.</summary>
    /// <value>Default 4096.</value>
    [Range(1, 1_000_000)]
    public int MaxWaitingWrites { get; init; } = 4096;

    /// <summary>The most entries of one commit.</summary>
    /// <value>Default 256.</value>
    [Range(1, 4096)]
    public int MaxCommitEntries { get; init; } = 256;

    /// <summary>The most bytes of values in one commit; a single larger entry still gets a commit of its own.</summary>
    /// <value>In bytes. Default 1 MiB.</value>
    [Range(1024, 1024 * 1024)]
    public int MaxCommitBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// The largest text that both stores take under one key, counted as they keep it: see <see cref="StoredText"/>. A request that does not fit alone is
    /// refused; commits and checkpoints are cut to it. All nodes must have the same.
    /// </summary>
    /// <value>In bytes. Default 3 MiB: what the largest commit takes, below a sidecar's 4 MiB. For DynamoDB, whose items have 400 KB with their keys, 384 KiB.</value>
    [Range(128 * 1024, 16 * 1024 * 1024)]
    public int MaxItemBytes { get; init; } = DefaultMaxItemBytes;

    /// <summary>After how many commits a checkpoint is due.</summary>
    /// <value>Default 512.</value>
    [Range(1, 1_000_000)]
    public int CheckpointCommits { get; init; } = 512;

    /// <summary>After how many bytes of log a checkpoint is due, however few the commits.</summary>
    /// <value>In bytes. Default 1 MiB.</value>
    [Range(1024, 1L << 40)]
    public long CheckpointLogBytes { get; init; } = 1024 * 1024;

    /// <summary>How old the view of an <see cref="ConsistencyLevel.Eventual"/> read may be before the log is asked.</summary>
    /// <value>Default 5 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan MaxStaleness { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many versions the view of an <see cref="ConsistencyLevel.Eventual"/> read may lie behind one that was heard of.</summary>
    /// <value>Default 100.</value>
    [Range(0, 1_000_000)]
    public int MaxStaleVersions { get; init; } = 100;

    /// <summary>How long values stay in the hot store.</summary>
    /// <value>Default 1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan HotValueLife { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a node has to publish its commits before another does; four times as long as its mark may be behind.</summary>
    /// <value>Default 4 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan PublishGrace { get; init; } = TimeSpan.FromSeconds(4);
}
