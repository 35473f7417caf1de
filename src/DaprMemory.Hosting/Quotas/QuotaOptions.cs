using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Quotas;

/// <summary>How much of a service its tenants may use. Read once, at start; nothing is limited unless it says so.</summary>
public sealed class QuotaOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Quotas";

    internal const int LargestRequestBytes = 4 * 1024 * 1024;

    /// <summary>What holds for every tenant.</summary>
    [ValidateObjectMembers]
    public TenantQuota Default { get; } = new();

    /// <summary>What holds instead for single tenants, by tenant.</summary>
    /// <value>The default is nothing.</value>
    public IDictionary<string, TenantQuota> Tenants { get; } = new Dictionary<string, TenantQuota>(StringComparer.Ordinal);

    /// <summary>Among how many services like this one a tenant's requests are spread, such as routers. Each allows that part, rounded up; of open spaces, all.</summary>
    /// <value>A number. The default is 1.</value>
    [Range(1, 10_000)]
    public int Instances { get; set; } = 1;

    /// <summary>How long a request may wait for its turn before it is refused.</summary>
    /// <value>A duration. The default is 1 second. None: it is refused at once.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:30")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many requests of one tenant may wait so for each of its quotas; more are refused at once.</summary>
    /// <value>A number. The default is 256.</value>
    [Range(0, 1_000_000)]
    public int MaxWaiting { get; set; } = 256;
}
