using System.Collections;
using System.Collections.Immutable;

namespace DaprMemory.Core.Spaces;

/// <summary>Versions of other spaces of the same tenant that had been seen, by space, in ordinal order. Immutable.</summary>
public sealed class DependencySet : IReadOnlyCollection<KeyValuePair<string, long>>
{
    readonly ImmutableSortedDictionary<string, long> _versions;

    DependencySet(ImmutableSortedDictionary<string, long> versions) => _versions = versions;

    /// <summary>Nothing was seen.</summary>
    public static DependencySet None { get; } = new(ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal));

    /// <summary>How many spaces are named.</summary>
    public int Count => _versions.Count;

    /// <summary>These versions; of a space named twice, the newer.</summary>
    public static DependencySet Of(IEnumerable<KeyValuePair<string, long>> versions) => None.Merge(versions);

    /// <summary>What either has seen: for each space, the newer version.</summary>
    public DependencySet Merge(IEnumerable<KeyValuePair<string, long>>? others)
    {
        if (others is null)
            return this;
        var merged = _versions;
        foreach (var (space, version) in others)
        {
            if (!merged.TryGetValue(space, out var known) || known < version)
                merged = merged.SetItem(space, version);
        }
        return ReferenceEquals(merged, _versions) ? this : new DependencySet(merged);
    }

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<string, long>> GetEnumerator() => _versions.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
