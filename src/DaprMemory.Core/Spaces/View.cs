using DaprMemory.Core.Log;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Spaces;

/// <summary>An immutable picture of a space at one version: which records there are, not their values.</summary>
public sealed class View
{
    readonly RecordSet _records;

    View(long version, ReadOnlyMemory<byte> head, DateTimeOffset at, RecordSet records, DependencySet dependencies)
    {
        Dependencies = dependencies;
        Version = version;
        Head = head;
        At = at;
        _records = records;
    }

    /// <summary>The number of the newest commit it holds; 0 for an empty space.</summary>
    public long Version { get; }

    /// <summary>What the writers of all its commits had seen in other spaces of the tenant: who reads here has seen that, too.</summary>
    public DependencySet Dependencies { get; }

    /// <summary>The hash of that commit.</summary>
    internal ReadOnlyMemory<byte> Head { get; }

    /// <summary>When that commit was built.</summary>
    internal DateTimeOffset At { get; }

    /// <summary>How many records it holds, those included that expired since they were last swept.</summary>
    public int Count => _records.Count;

    internal static View Empty(SpaceId space) => new(0, CommitHash.Genesis(space), DateTimeOffset.UnixEpoch, RecordSet.Empty, DependencySet.None);

    internal static View From(
        long version, ReadOnlyMemory<byte> head, DateTimeOffset at, IReadOnlyCollection<KeyValuePair<RecordKey, RecordInfo>> records, DependencySet dependencies) =>
        new(version, head, at, RecordSet.From(records), dependencies);

    /// <summary>Finds a record that is live at <paramref name="now"/>.</summary>
    public bool TryGet(RecordKey key, DateTimeOffset now, out RecordInfo info) => _records.TryGet(key, out info) && info.IsLive(now);

    /// <summary>The live records of a kind whose keys begin with <paramref name="prefix"/> and sort behind <paramref name="after"/> (if given), in ordinal order.</summary>
    public IEnumerable<KeyValuePair<RecordKey, RecordInfo>> List(RecordKind kind, string prefix, string? after, DateTimeOffset now)
    {
        var behind = after is not null && string.CompareOrdinal(after, prefix) >= 0;
        foreach (var record in _records.From(new RecordKey(kind, behind ? after! : prefix), inclusive: !behind))
        {
            if (record.Key.Kind != kind || !record.Key.Key.StartsWith(prefix, StringComparison.Ordinal))
                yield break;
            if (record.Value.IsLive(now))
                yield return record;
        }
    }

    /// <summary>Whether the record's last change is <paramref name="etag"/>, expired or not.</summary>
    internal bool IsAt(RecordKey key, ETag etag) => _records.TryGet(key, out var info) && info.ETag == etag;

    /// <summary>Every record, in order.</summary>
    internal IEnumerable<KeyValuePair<RecordKey, RecordInfo>> All() => _records.All();

    /// <summary>The picture after <paramref name="entry"/> took place as entry <paramref name="index"/> of the commit behind this version; the version stays.</summary>
    internal View With(Entry entry, int index)
    {
        var etag = new ETag(Version + 1, index);
        return new View(Version, Head, At, _records.With(entry.Changes.Select(change => Effect(change, etag))), Dependencies);
    }

    /// <summary>The picture after <paramref name="commit"/>, which must be the next one.</summary>
    internal View With(Commit commit) =>
        new(commit.Number, commit.Hash, commit.At, _records.With(Effects(commit)), Merge(commit));

    /// <summary>The picture under the version of <paramref name="commit"/>, whose entries it holds already.</summary>
    internal View Sealed(Commit commit) => new(commit.Number, commit.Hash, commit.At, _records, Merge(commit));

    /// <summary>The same picture without the records that had expired when its newest commit was built. Every node sweeps alike.</summary>
    internal View Swept()
    {
        var expired = _records.All().Where(r => !r.Value.IsLive(At)).Select(r => KeyValuePair.Create(r.Key, (RecordInfo?)null)).ToList();
        return expired.Count == 0 ? this : new View(Version, Head, At, _records.With(expired), Dependencies);
    }

    DependencySet Merge(Commit commit)
    {
        var merged = Dependencies;
        foreach (var entry in commit.Entries)
            merged = merged.Merge(entry.Dependencies);
        return merged;
    }

    static IEnumerable<KeyValuePair<RecordKey, RecordInfo?>> Effects(Commit commit)
    {
        for (var i = 0; i < commit.Entries.Count; i++)
        {
            foreach (var change in commit.Entries[i].Changes)
                yield return Effect(change, new ETag(commit.Number, i));
        }
    }

    static KeyValuePair<RecordKey, RecordInfo?> Effect(Change change, ETag etag) =>
        new(change.Key, change.Content is null ? null : new RecordInfo(etag, change.ExpiresAt, change.Tags));
}
