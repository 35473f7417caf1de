using System.Collections.Immutable;

namespace DaprMemory.Core.State;

/// <summary>
/// An immutable, ordered set of records. Two sets share what they have in common, so a picture of a space costs what changed since the
/// one before, and to keep an old one costs nothing.
/// </summary>
internal sealed class RecordSet
{
    public static readonly RecordSet Empty = new(ImmutableSortedSet.Create<Slot>(Slot.ByKey));

    readonly ImmutableSortedSet<Slot> _slots;

    RecordSet(ImmutableSortedSet<Slot> slots) => _slots = slots;

    public int Count => _slots.Count;

    public static RecordSet From(IReadOnlyCollection<KeyValuePair<RecordKey, RecordInfo>> records) =>
        new(ImmutableSortedSet.CreateRange(Slot.ByKey, records.Select(r => new Slot(r.Key, r.Value))));

    public bool TryGet(in RecordKey key, out RecordInfo info)
    {
        var found = _slots.TryGetValue(new Slot(key), out var slot);
        info = found ? slot.Info : default;
        return found;
    }

    public RecordSet With(IEnumerable<KeyValuePair<RecordKey, RecordInfo?>> changes)
    {
        var slots = _slots.ToBuilder();
        foreach (var (key, info) in changes)
        {
            slots.Remove(new Slot(key));
            if (info is { } present)
                slots.Add(new Slot(key, present));
        }
        return new RecordSet(slots.ToImmutable());
    }

    /// <summary>The records behind <paramref name="start"/>, or from it on, in order.</summary>
    public IEnumerable<KeyValuePair<RecordKey, RecordInfo>> From(RecordKey start, bool inclusive)
    {
        var index = _slots.IndexOf(new Slot(start));
        index = index < 0 ? ~index : inclusive ? index : index + 1;
        for (; index < _slots.Count; index++)
            yield return _slots[index].Pair;
    }

    /// <summary>All records, in order.</summary>
    public IEnumerable<KeyValuePair<RecordKey, RecordInfo>> All()
    {
        foreach (var slot in _slots)
            yield return slot.Pair;
    }

    /// <summary>A record packed into 40 bytes: a space may hold millions.</summary>
    readonly struct Slot(RecordKey key, RecordInfo info = default)
    {
        public static readonly IComparer<Slot> ByKey = Comparer<Slot>.Create(static (a, b) =>
            a._kind != b._kind ? a._kind.CompareTo(b._kind) : string.CompareOrdinal(a._key, b._key));

        readonly string _key = key.Key;
        readonly string[]? _tags = info.Tags;
        readonly long _commit = info.ETag.Commit;
        readonly long _expiresAtMs = info.ExpiresAt?.ToUnixTimeMilliseconds() ?? long.MaxValue;
        readonly int _entry = info.ETag.Entry;
        readonly RecordKind _kind = key.Kind;

        public RecordInfo Info => new(
            new ETag(_commit, _entry), _expiresAtMs == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(_expiresAtMs), _tags);

        public KeyValuePair<RecordKey, RecordInfo> Pair => new(new RecordKey(_kind, _key), Info);
    }
}
