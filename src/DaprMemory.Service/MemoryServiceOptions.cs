using System.ComponentModel.DataAnnotations;

namespace DaprMemory.Service;

/// <summary>Who this instance of the memory service is, which Dapr components it uses, and what its tenants demand.</summary>
public sealed class MemoryServiceOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Memory";

    /// <summary>The shard's id, sent as <c>Memory-Shard</c>.</summary>
    /// <value>1 to 63 of <c>A-Z a-z 0-9 . _ -</c>. The default is the Dapr app id (<c>APP_ID</c>), or else <c>memory-0</c>.</value>
    [Required]
    [RegularExpression("[A-Za-z0-9._-]{1,63}")]
    public string Shard { get; set; } = "memory-0";

    /// <summary>The name of the Dapr state store that holds the commit logs.</summary>
    /// <value>The default is <c>strong</c>.</value>
    [Required]
    public string StrongStore { get; set; } = "strong";

    /// <summary>The name of the Dapr state store that caches values.</summary>
    /// <value>The default is <c>hot</c>. Empty: there is none, and what is not in memory is read from the log.</value>
    public string HotStore { get; set; } = "hot";

    /// <summary>The name of the Dapr pub/sub component by which shards tell each other of commits.</summary>
    /// <value>The default is <c>events</c>. Empty: there is none, and shards learn of each other's commits from the log.</value>
    public string PubSub { get; set; } = "events";

    /// <summary>How long adding a memory may wait until the others are known, so that those much like it can be found.</summary>
    /// <value>Default 250 ms. Then it is added without links to them.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan NearDuplicatePatience { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>What tenants demand, by tenant.</summary>
    /// <value>The default is nothing.</value>
    public IDictionary<string, TenantPolicy> Policies { get; } = new Dictionary<string, TenantPolicy>(StringComparer.Ordinal);
}
