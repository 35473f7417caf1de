using System.Collections.Frozen;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Consistency;

/// <summary>The levels that tenants demand for records with certain tags.</summary>
internal sealed class TagPolicies(IOptions<MemoryServiceOptions> options, TimeProvider time)
{
    readonly FrozenDictionary<string, FrozenDictionary<string, ConsistencyLevel>> _tenants = options.Value.Policies.ToFrozenDictionary(
        policy => policy.Key, policy => policy.Value.Tags.ToFrozenDictionary(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>The strongest level demanded for any of these records by the tags that they have in a view; null: none.</summary>
    public ConsistencyLevel? LevelOf(string tenant, View view, IReadOnlyList<RecordKey> keys)
    {
        if (!_tenants.TryGetValue(tenant, out var levels))
            return null;
        ConsistencyLevel? strongest = null;
        var now = time.GetUtcNow();
        foreach (var key in keys)
        {
            if (!view.TryGet(key, now, out var record))
                continue;
            foreach (var tag in record.Tags ?? [])
            {
                if (levels.TryGetValue(tag, out var level) && !(level <= strongest))
                    strongest = level;
            }
        }
        return strongest;
    }
}
