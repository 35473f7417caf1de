using System.ComponentModel.DataAnnotations;

namespace DaprMemory.Hosting.Quotas;

/// <summary>How much of a service one tenant may use. What is null is as for all tenants; 0 means that there is no limit.</summary>
public sealed class TenantQuota
{
    /// <summary>How many requests a second.</summary>
    /// <value>A number, on average. The default is no limit.</value>
    [Range(0, 1e7)]
    public double? RequestsPerSecond { get; set; }

    /// <summary>How many requests may come at once, after a quiet time.</summary>
    /// <value>A number, at least 1. The default is one second's.</value>
    [Range(1, 10_000_000)]
    public int? RequestBurst { get; set; }

    /// <summary>How many bytes of request bodies a second: what is written, and the questions of searches.</summary>
    /// <value>A number, on average. The default is no limit.</value>
    [Range(0, 1e10)]
    public double? BytesPerSecond { get; set; }

    /// <summary>How many bytes may come at once, after a quiet time.</summary>
    /// <value>A number, at least the 4 MiB of the largest request. The default is one second's, and no less than that.</value>
    [Range(QuotaOptions.LargestRequestBytes, int.MaxValue)]
    public int? ByteBurst { get; set; }

    /// <summary>How many requests may be under way; more wait for their turn. Watches do not count.</summary>
    /// <value>A number. The default is no limit.</value>
    [Range(0, 1_000_000)]
    public int? Concurrent { get; set; }

    /// <summary>How many spaces may be watched at once, each as often as it is watched.</summary>
    /// <value>A number. The default is no limit.</value>
    [Range(0, 1_000_000)]
    public int? WatchStreams { get; set; }

    /// <summary>How many spaces may be open in the memory of one shard; the least recently used make room for others.</summary>
    /// <value>A number. The default is no limit: views have a budget that all tenants share.</value>
    [Range(0, 1_000_000)]
    public int? OpenSpaces { get; set; }
}
