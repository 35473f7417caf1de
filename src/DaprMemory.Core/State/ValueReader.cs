using System.Diagnostics;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.State;

/// <summary>Finds the values of one space's records: in this node's memory, in the hot store, or in the log, whichever has them first.</summary>
internal sealed class ValueReader(SpaceId space, ValueCache cache, HotValues? hot, CommitReader commits, Func<View> view, TimeProvider time)
{
    static readonly TimeSpan SaveRecentEvery = TimeSpan.FromSeconds(10);
    static readonly TimeSpan StormWindow = TimeSpan.FromSeconds(1);
    static readonly TimeSpan WarmUpEvery = TimeSpan.FromSeconds(10);

    const int StormMisses = 64;
    const int WarmUpParallelism = 4;

    readonly RecentKeys _recent = new();
    long _recentSaved = time.GetTimestamp();
    long _warmedUp = time.GetTimestamp();
    long _missesSince = time.GetTimestamp();
    int _misses;

    public ValueTask<RecordValue> ReadAsync(RecordKey key, ETag etag, CancellationToken cancellationToken)
    {
        if (hot is not null)
            NoteUse(key);
        if (cache.TryGet(space, key, etag, out var json))
        {
            CoreInstruments.CacheHits.Add(1, CoreInstruments.InMemory);
            return new ValueTask<RecordValue>(new RecordValue(json, ValueSource.Cache));
        }
        CoreInstruments.CacheMisses.Add(1, CoreInstruments.InMemory);
        if (hot is not null && IsStorm())
            _ = WarmUpAsync(_recent.Keys);
        return new ValueTask<RecordValue>(ReadFromStoresAsync(key, etag, cancellationToken));
    }

    /// <summary>Keeps the values that a commit of this node has just set, and forgets those that it has deleted.</summary>
    public void Remember(Commit commit, CommitDraft draft)
    {
        for (var i = 0; i < commit.Entries.Count; i++)
        {
            foreach (var change in commit.Entries[i].Changes)
            {
                if (change.Content is null)
                    cache.Remove(space, change.Key);
                else if (draft.Values.TryGetValue(change.Key, out var value) && draft.Working.IsAt(change.Key, new ETag(commit.Number, i)))
                    cache.Put(space, change.Key, new ETag(commit.Number, i), value);
            }
        }
    }

    /// <summary>Reads what was hot before this node opened the space, so that its first readers do not all ask the stores.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        if (hot is not null)
            await WarmUpAsync(await hot.LoadRecentAsync(space, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }

    async Task WarmUpAsync(IReadOnlyList<RecordKey> keys)
    {
        if (keys.Count == 0)
            return;
        var began = Stopwatch.GetTimestamp();
        try
        {
            await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = WarmUpParallelism }, async (key, token) =>
            {
                if (view().TryGet(key, time.GetUtcNow(), out var info) && !cache.TryGet(space, key, info.ETag, out _))
                    await ReadFromStoresAsync(key, info.ETag, token).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreUnavailableException or LogCorruptException)
        {
            // Readers will find the same, and be told.
            return;
        }
        CoreInstruments.WarmUpSeconds.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    /// <summary>Whether so many reads have just missed that what is hot must have been driven out of memory; once in a while.</summary>
    bool IsStorm()
    {
        var now = time.GetTimestamp();
        var since = Volatile.Read(ref _missesSince);
        if (time.GetElapsedTime(since, now) > StormWindow && Interlocked.CompareExchange(ref _missesSince, now, since) == since)
            Volatile.Write(ref _misses, 0);
        var warmedUp = Volatile.Read(ref _warmedUp);
        return Interlocked.Increment(ref _misses) >= StormMisses
            && time.GetElapsedTime(warmedUp, now) >= WarmUpEvery
            && Interlocked.CompareExchange(ref _warmedUp, now, warmedUp) == warmedUp;
    }

    void NoteUse(RecordKey key)
    {
        _recent.Touch(key);
        if (!_recent.IsDirty)
            return;
        var saved = Volatile.Read(ref _recentSaved);
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(saved, now) >= SaveRecentEvery && Interlocked.CompareExchange(ref _recentSaved, now, saved) == saved)
            hot!.SaveRecent(space, _recent);
    }

    async Task<RecordValue> ReadFromStoresAsync(RecordKey key, ETag etag, CancellationToken cancellationToken)
    {
        if (hot is not null && await hot.TryGetAsync(space, key, etag, cancellationToken).ConfigureAwait(false) is { } json)
        {
            CoreInstruments.CacheHits.Add(1, CoreInstruments.InHotStore);
            if (view().IsAt(key, etag))
                cache.Put(space, key, etag, json);
            return new RecordValue(json, ValueSource.Hot);
        }
        if (hot is not null)
            CoreInstruments.CacheMisses.Add(1, CoreInstruments.InHotStore);
        return await ReadFromLogAsync(key, etag, cancellationToken).ConfigureAwait(false);
    }

    async Task<RecordValue> ReadFromLogAsync(RecordKey key, ETag etag, CancellationToken cancellationToken)
    {
        var commit = await commits.ReadAsync(etag.Commit).WaitAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new LogCorruptException(space, etag.Commit, "it is missing from the log");
        var now = view();
        ReadOnlyMemory<byte>? wanted = null;
        for (var i = 0; i < commit.Entries.Count; i++)
        {
            foreach (var change in commit.Entries[i].Changes)
            {
                if (change.Content?.Json is not { } json)
                    continue;
                var place = new ETag(commit.Number, i);
                var isWanted = place == etag && change.Key == key;
                var isCurrent = now.IsAt(change.Key, place);
                if (!isWanted && !isCurrent)
                    continue;
                // A copy: the slice would keep the whole commit in memory.
                var value = json.ToArray();
                if (isWanted)
                    wanted = value;
                if (!isCurrent)
                    continue;
                cache.Put(space, change.Key, place, value);
                if (isWanted)
                    hot?.Fill(space, key, etag, value);
            }
        }
        return wanted is { } found
            ? new RecordValue(found, ValueSource.Store)
            : throw new LogCorruptException(space, etag.Commit, $"it has no value for entry {etag.Entry}");
    }
}
