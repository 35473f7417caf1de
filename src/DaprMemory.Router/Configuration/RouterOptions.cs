using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace DaprMemory.Router.Configuration;

/// <summary>The shards behind the router, and how long it waits for them. Read again whenever the configuration changes.</summary>
public sealed class RouterOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Router";

    /// <summary>The shards.</summary>
    /// <value>At least one.</value>
    public IList<ShardOptions> Shards { get; } = [];

    /// <summary>The Dapr sidecar through which shards with <see cref="ShardOptions.Via"/> = <c>sidecar</c> are reached.</summary>
    /// <value>An absolute URL, such as <c>http://localhost:3500</c>. The default is none.</value>
    public string? Sidecar { get; set; }

    /// <summary>What is known of single tenants, by tenant.</summary>
    /// <value>The default is nothing.</value>
    public IDictionary<string, TenantOptions> Tenants { get; } = new Dictionary<string, TenantOptions>(StringComparer.Ordinal);

    /// <summary>
    /// The zone the router runs in. Reads at level <c>eventual</c> go to the owner of the space if it is near, else to the first shard along
    /// the ring that is: in this zone, or, if no shard there is well, at most <see cref="NearWithin"/> slower than the fastest.
    /// </summary>
    /// <value>A shard's <see cref="ShardOptions.Zone"/>. The default is none: latency alone decides.</value>
    public string? Zone { get; set; }

    /// <summary>How much more than the fastest shard's a shard's median latency may be for the shard to count as near.</summary>
    /// <value>A duration. The default is 5 ms, more than a warm cache saves.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan NearWithin { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a shard may take to accept a connection.</summary>
    /// <value>A duration. The default is 2 seconds. Read once, at start.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a shard may take to begin its answer, before the next shard on the ring gets the request.</summary>
    /// <value>A duration. The default is 10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long all attempts at one request may take together, until an answer begins.</summary>
    /// <value>A duration, at least <see cref="AttemptTimeout"/>. The default is 25 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>
    /// How long after its arrival a request may be answered by another shard, when the first one says that it can't reach its store
    /// (503 <c>unavailable</c>).
    /// </summary>
    /// <value>A duration. The default is 2 seconds, a little more than shards themselves wait for their store.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan RetryWithin { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long an answer that has begun may pause between two bytes. Cuts streams whose shard is gone without a word.</summary>
    /// <value>A duration. The default is 5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a shard is asked for <c>/health/ready</c>. Two failures in a row make it unhealthy, one success healthy.</summary>
    /// <value>A duration. The default is 2 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a shard may take to answer a probe.</summary>
    /// <value>A duration. The default is 1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many requests in a row without an answer, or without the store, make a shard unhealthy. One refused connection does.
    /// </summary>
    /// <value>A number. The default is 3.</value>
    [Range(1, 1000)]
    public int FailuresToUnhealthy { get; set; } = 3;

    /// <summary>How long a shard that left requests unanswered is avoided before it is tried again.</summary>
    /// <value>A duration. The default is 5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan AvoidFor { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>When slow shards are drained.</summary>
    [ValidateObjectMembers]
    public DrainOptions Drain { get; } = new();
}
