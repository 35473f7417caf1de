using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Quotas;

/// <summary>What holds for each tenant.</summary>
public sealed class TenantQuotas
{
    readonly FrozenDictionary<string, QuotaLimits> _own;
    readonly QuotaLimits _default;

    /// <summary>Works the limits out.</summary>
    public TenantQuotas(IOptions<QuotaOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _default = QuotaLimits.Of(options.Value, own: null);
        _own = options.Value.Tenants.ToFrozenDictionary(tenant => tenant.Key, tenant => QuotaLimits.Of(options.Value, tenant.Value), StringComparer.Ordinal);
    }

    /// <summary>Whether any tenant's requests are limited.</summary>
    internal bool AreOnRequests => _default.AreOnRequests || _own.Values.Any(limits => limits.AreOnRequests);

    /// <summary>How many spaces of a tenant may be open here; null if there is no limit.</summary>
    public int? OpenSpacesOf(string tenant) => Of(tenant).OpenSpaces;

    internal QuotaLimits Of(string tenant) => _own.TryGetValue(tenant, out var own) ? own : _default;
}
