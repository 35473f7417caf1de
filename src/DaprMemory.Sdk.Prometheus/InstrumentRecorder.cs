using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Prometheus;

/// <summary>Finds the series of a measurement by its tags, without an allocation once it has seen them.</summary>
internal sealed class InstrumentRecorder
{
    readonly MetricFamily _family;
    readonly bool _adds;
    readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series> _byTags = new(TagsComparer.Instance);
    readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> _lookup;
    Series? _untagged;

    /// <param name="family">Where the series are.</param>
    /// <param name="adds">Whether measurements are increments or observations, not present values.</param>
    public InstrumentRecorder(MetricFamily family, bool adds)
    {
        _family = family;
        _adds = adds;
        _lookup = _byTags.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = tags.IsEmpty ? _untagged ??= _family.GetSeries("") : Find(tags);
        if (_adds)
            series.Add(value);
        else
            series.Set(value);
    }

    Series Find(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _lookup.TryGetValue(tags, out var series) ? series : _byTags.GetOrAdd(tags.ToArray(), static (tags, family) => family.GetSeries(LabelsOf(tags, family)), _family);

    // Names that Prometheus reserves, and a second tag that comes to the same name, can't stand on the wire.
    static string LabelsOf(KeyValuePair<string, object?>[] tags, MetricFamily family) =>
        PrometheusText.Labels(tags
            .Select(tag => KeyValuePair.Create(PrometheusText.ToName(tag.Key), tag.Value?.ToString() ?? ""))
            .Where(label => !label.Key.StartsWith("__", StringComparison.Ordinal) && !(family.IsHistogram && label.Key == "le"))
            .DistinctBy(label => label.Key, StringComparer.Ordinal)
            .OrderBy(label => label.Key, StringComparer.Ordinal));

    sealed class TagsComparer :
        IEqualityComparer<KeyValuePair<string, object?>[]>,
        IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, KeyValuePair<string, object?>[]>
    {
        public static readonly TagsComparer Instance = new();

        public bool Equals(KeyValuePair<string, object?>[]? x, KeyValuePair<string, object?>[]? y) => Equals(x.AsSpan(), y!);

        public int GetHashCode([DisallowNull] KeyValuePair<string, object?>[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, KeyValuePair<string, object?>[] other)
        {
            if (alternate.Length != other.Length)
                return false;
            for (var i = 0; i < other.Length; i++)
            {
                if (!string.Equals(alternate[i].Key, other[i].Key, StringComparison.Ordinal) || !Equals(alternate[i].Value, other[i].Value))
                    return false;
            }
            return true;
        }

        // Only the values: an instrument's keys are nearly always the same.
        public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
        {
            var hash = new HashCode();
            foreach (var tag in alternate)
                hash.Add(tag.Value);
            return hash.ToHashCode();
        }

        public KeyValuePair<string, object?>[] Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => alternate.ToArray();
    }
}
