using System.ComponentModel.DataAnnotations;

namespace DaprMemory.Curator;

/// <summary>What the curator does, and how often.</summary>
public sealed class CuratorOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Curator";

    /// <summary>The name of the Dapr state store that holds the commit logs.</summary>
    /// <value>The default is <c>strong</c>.</value>
    [Required]
    public string StrongStore { get; set; } = "strong";

    /// <summary>The name of the Dapr pub/sub component by which shards tell each other of commits.</summary>
    /// <value>The default is <c>events</c>. Empty: there is none, and no event is caught up with.</value>
    public string PubSub { get; set; } = "events";

    /// <summary>How often it looks for tenants that are new.</summary>
    /// <value>A duration. The default is 15 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan TenantScanPeriod { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often it looks for spaces that need a checkpoint.</summary>
    /// <value>A duration. The default is 5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan CheckpointPeriod { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often it looks for commits whose events were not published.</summary>
    /// <value>A duration. The default is 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan EventPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often it removes what nothing refers to any more.</summary>
    /// <value>A duration. The default is 1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan RetentionPeriod { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The tenants whose memories that are near duplicates are consolidated: the older one of two is superseded by the newer one.</summary>
    /// <value>Names. The default is nobody.</value>
    public IList<string> ConsolidatedTenants { get; } = [];

    /// <summary>How often it looks for near duplicates among new memories.</summary>
    /// <value>A duration. The default is 1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan ConsolidationPeriod { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How many commits behind its newest checkpoint a space gets another one. The shards save theirs after <c>Spaces:CheckpointCommits</c>.</summary>
    /// <value>The default is 128.</value>
    [Range(1, 1_000_000)]
    public int CheckpointCommits { get; set; } = 128;

    /// <summary>How long the shards have to publish their commits.</summary>
    /// <value>A duration, longer than <c>Spaces:PublishGrace</c>. The default is 15 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan PublishGrace { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How many spaces it looks at together.</summary>
    /// <value>The default is 64.</value>
    [Range(1, 1000)]
    public int BatchSpaces { get; set; } = 64;

    /// <summary>How long it works at a stretch for one tenant. The rest comes the next time.</summary>
    /// <value>A duration. The default is 20 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan SliceTime { get; set; } = TimeSpan.FromSeconds(20);
}
