using System.ComponentModel.DataAnnotations;

namespace DaprMemory.Core.Sessions;

/// <summary>How a node keeps its sessions.</summary>
public sealed record SessionsOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Sessions";

    /// <summary>The most turns of one append.</summary>
    public const int MaxRequestTurns = 256;

    /// <summary>The longest body of one append, in bytes.</summary>
    public const int MaxRequestBytes = 1024 * 1024;

    /// <summary>The most turns of one read.</summary>
    public const int MaxPageTurns = 1000;

    /// <summary>The shortest and the longest time that a session may be kept behind its last turn, in seconds: a minute and ten years.</summary>
    public const long MinRetentionSeconds = 60, MaxRetentionSeconds = 10L * 365 * 24 * 60 * 60;

    /// <summary>How long a session is kept behind its last turn, unless its tenant or itself says otherwise.</summary>
    /// <value>Default 30 days.</value>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How much memory the blocks of turns that were used lately may take.</summary>
    /// <value>In bytes. Default 64 MiB.</value>
    [Range(0, long.MaxValue)]
    public long CacheBytes { get; init; } = 64L << 20;

    /// <summary>How many sessions a node keeps open: of these it knows the end, and the requests of the last blocks.</summary>
    /// <value>Default 4096.</value>
    [Range(1, 1_000_000)]
    public int MaxOpen { get; init; } = 4096;

    /// <summary>The newest summary of a session is extended when so many turns have come since.</summary>
    /// <value>Default 64.</value>
    [Range(1, 1_000_000)]
    public int SummaryAfterTurns { get; init; } = 64;

    /// <summary>The newest summary of a session is extended when so much was said since, however few the turns.</summary>
    /// <value>In bytes. Default 32 KiB.</value>
    [Range(1, 1L << 30)]
    public long SummaryAfterBytes { get; init; } = 32 * 1024;

    /// <summary>So many of the newest turns are left out of summaries: readers want them as they were said.</summary>
    /// <value>Default 16.</value>
    [Range(0, 1000)]
    public int UnsummarizedTurns { get; init; } = 16;

    /// <summary>How long a summary may be.</summary>
    /// <value>In tokens. Default 400.</value>
    [Range(16, 100_000)]
    public int SummaryTokens { get; init; } = 400;

    /// <summary>How often a node looks for sessions of its open spaces that were left before all of them was remembered, where a tenant's policy wants that.</summary>
    /// <value>Default 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RememberInterval { get; init; } = TimeSpan.FromMinutes(10);
}
