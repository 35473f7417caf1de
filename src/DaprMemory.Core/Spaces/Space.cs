using System.Diagnostics;
using DaprMemory.Core.Log;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Spaces;

/// <summary>An open space on this node. All calls may be made from any thread.</summary>
public sealed class Space
{
    const int MaxCommitsBytes = 4 * 1024 * 1024;
    const int RecordBytes = 240;
    const int RequestBytes = 140;

    readonly CommitLog _log;
    readonly CommitReader _commits;
    readonly CheckpointStore _checkpoints;
    readonly ValueCache _cache;
    readonly Sequencer _sequencer;
    readonly Checkpointer _checkpointer;
    readonly ReadBarrier _barrier;
    readonly IdempotencyWindow _window;
    readonly SpaceOptions _options;
    readonly TimeProvider _time;
    readonly Lock _applying = new();
    View _view;

    Space(SpaceId id, ICommitStore store, ValueCache cache, SpaceOptions options, TimeProvider time, Checkpoint? checkpoint)
    {
        Id = id;
        _log = new CommitLog(store, id);
        _commits = new CommitReader(_log);
        _checkpoints = new CheckpointStore(store, id);
        _checkpointer = new Checkpointer(_checkpoints, options, checkpoint?.Bytes ?? 0);
        _cache = cache;
        _options = options;
        _time = time;
        _view = checkpoint?.View ?? View.Empty(id);
        _window = checkpoint?.Window ?? new IdempotencyWindow();
        _sequencer = new Sequencer(this, _log, options, time);
        _barrier = new ReadBarrier(() => CatchUpAsync(CancellationToken.None));
    }

    /// <summary>Its name.</summary>
    public SpaceId Id { get; }

    /// <summary>The newest picture this node has.</summary>
    public View View => Volatile.Read(ref _view);

    /// <summary>What it takes of this node's memory, in bytes, estimated; values aside.</summary>
    internal long EstimatedBytes => 2048 + (long)RecordBytes * View.Count + (long)RequestBytes * _window.Count;

    /// <summary>Whether writes or checkpoints are under way.</summary>
    internal bool IsBusy => _sequencer.IsBusy || _checkpointer.IsBusy;

    internal static async Task<Space> LoadAsync(
        SpaceId id, ICommitStore store, ValueCache cache, SpaceOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var checkpoint = await new CheckpointStore(store, id).LoadAsync(long.MaxValue, cancellationToken).ConfigureAwait(false);
        var space = new Space(id, store, cache, options, time, checkpoint);
        await foreach (var logged in space._log.ReadAsync(space.View.Version, long.MaxValue, cancellationToken).ConfigureAwait(false))
            space.Apply(logged);
        CoreInstruments.LoadSeconds.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
        return space;
    }

    /// <summary>Gives a view that keeps the promise; null when the log ends before <paramref name="atLeast"/> (such a version was never given out).</summary>
    /// <exception cref="StoreUnavailableException">The promise can't be kept now.</exception>
    public ValueTask<View?> ReachAsync(ConsistencyLevel level, long atLeast, CancellationToken cancellationToken)
    {
        var view = View;
        return level == ConsistencyLevel.Session && view.Version >= atLeast
            ? new ValueTask<View?>(view)
            : new ValueTask<View?>(ReachInLogAsync(atLeast, cancellationToken));
    }

    /// <summary>The view as it was at <paramref name="version"/>; null if there is no such version yet.</summary>
    /// <exception cref="StoreUnavailableException">The log can't be read now.</exception>
    public async ValueTask<View?> ViewAtAsync(long version, CancellationToken cancellationToken)
    {
        var newest = await ReachAsync(ConsistencyLevel.Session, version, cancellationToken).ConfigureAwait(false);
        if (newest is null || newest.Version == version)
            return newest;
        var view = (await _checkpoints.LoadAsync(version, cancellationToken).ConfigureAwait(false))?.View ?? View.Empty(Id);
        await foreach (var logged in _log.ReadAsync(view.Version, version, cancellationToken).ConfigureAwait(false))
            view = Continue(view, logged.Commit);
        return view.Version == version ? view : throw Missing(view.Version + 1);
    }

    /// <summary>Reads the value of the record that a view knows under this key with this ETag.</summary>
    /// <exception cref="StoreUnavailableException">It is not in memory, and the log can't be read now.</exception>
    public ValueTask<RecordValue> ReadValueAsync(RecordKey key, ETag etag, CancellationToken cancellationToken)
    {
        if (_cache.TryGet(Id, key, etag, out var json))
        {
            CoreInstruments.CacheHits.Add(1);
            return new ValueTask<RecordValue>(new RecordValue(json, ValueSource.Cache));
        }
        CoreInstruments.CacheMisses.Add(1);
        return new ValueTask<RecordValue>(ReadValueFromLogAsync(key, etag, cancellationToken));
    }

    /// <summary>Commits a request. <paramref name="cancellationToken"/> ends the wait, not the write.</summary>
    /// <exception cref="LogCorruptException">The log does not verify.</exception>
    public Task<WriteOutcome> WriteAsync(WriteRequest request, CancellationToken cancellationToken) => _sequencer.WriteAsync(request, cancellationToken);

    /// <summary>Reads commits with numbers above <paramref name="after"/>, up to this node's version, in order; fewer than <paramref name="limit"/> when they are large.</summary>
    /// <exception cref="StoreUnavailableException">The log can't be read now.</exception>
    public async Task<IReadOnlyList<StoredCommit>> ReadCommitsAsync(long after, int limit, CancellationToken cancellationToken)
    {
        var commits = new List<StoredCommit>();
        var last = Math.Min(View.Version, after > long.MaxValue - limit ? long.MaxValue : after + limit);
        long bytes = 0;
        await foreach (var logged in _log.ReadAsync(after, last, cancellationToken).ConfigureAwait(false))
        {
            commits.Add(new StoredCommit(logged.Commit.Number, logged.Text));
            if ((bytes += logged.Text.Length) >= MaxCommitsBytes)
                return commits;
        }
        return after + commits.Count >= last ? commits : throw Missing(after + commits.Count + 1);
    }

    /// <summary>Reads a commit that this node's view holds.</summary>
    internal async Task<Commit> ReadCommitAsync(long number, CancellationToken cancellationToken) =>
        await _commits.ReadAsync(number).WaitAsync(cancellationToken).ConfigureAwait(false) ?? throw Missing(number);

    internal IdempotencyWindow.Item? FindRequest(UInt128 identity)
    {
        lock (_applying)
            return _window.TryGet(identity, out var item) ? item : null;
    }

    /// <summary>Takes a commit into the view, if it is not there yet.</summary>
    /// <param name="logged">The commit; not beyond the next one.</param>
    /// <param name="draft">The draft that it was made of, if it is this node's own.</param>
    internal void Apply(in LoggedCommit logged, CommitDraft? draft = null)
    {
        var commit = logged.Commit;
        lock (_applying)
        {
            var view = View;
            if (commit.Number <= view.Version)
                return;
            Volatile.Write(ref _view, draft?.Base == view ? draft.Working.Sealed(commit) : Continue(view, commit));
            _window.Apply(commit);
            _checkpointer.Count(logged.Text.Length, TakePicture);
        }
        if (draft is not null)
            Remember(commit, draft);
    }

    /// <summary>Catches up with the log as far as the store allows.</summary>
    internal async Task TryCatchUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CatchUpAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            // The next append finds out what is missing.
        }
    }

    internal Task DrainAsync(CancellationToken cancellationToken) => _sequencer.DrainAsync(cancellationToken);

    async Task<View?> ReachInLogAsync(long atLeast, CancellationToken cancellationToken)
    {
        try
        {
            await _barrier.JoinAsync().WaitAsync(_options.ReadTimeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new StoreUnavailableException("catching up with the log took too long", e);
        }
        var view = View;
        return view.Version >= atLeast ? view : null;
    }

    async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        // One single get proves that nothing new is there: the usual case.
        if (await _log.ReadAsync(View.Version + 1, cancellationToken).ConfigureAwait(false) is not { } next)
            return;
        Apply(next);
        await foreach (var logged in _log.ReadAsync(View.Version, long.MaxValue, cancellationToken).ConfigureAwait(false))
            Apply(logged);
    }

    async Task<RecordValue> ReadValueFromLogAsync(RecordKey key, ETag etag, CancellationToken cancellationToken)
    {
        var commit = await ReadCommitAsync(etag.Commit, cancellationToken).ConfigureAwait(false);
        var view = View;
        ReadOnlyMemory<byte>? wanted = null;
        for (var i = 0; i < commit.Entries.Count; i++)
        {
            foreach (var change in commit.Entries[i].Changes)
            {
                if (change.Content?.Json is not { } json)
                    continue;
                var place = new ETag(commit.Number, i);
                var isWanted = place == etag && change.Key == key;
                if (!isWanted && !view.IsAt(change.Key, place))
                    continue;
                // A copy: the slice would keep the whole commit in memory.
                var value = json.ToArray();
                if (isWanted)
                    wanted = value;
                if (view.IsAt(change.Key, place))
                    _cache.Put(Id, change.Key, place, value);
            }
        }
        return wanted is { } found
            ? new RecordValue(found, ValueSource.Store)
            : throw new LogCorruptException(Id, etag.Commit, $"it has no value for entry {etag.Entry}");
    }

    View Continue(View view, Commit commit)
    {
        if (commit.Number != view.Version + 1)
            throw new InvalidOperationException($"commit {commit.Number} does not follow version {view.Version}");
        return commit.Previous.Span.SequenceEqual(view.Head.Span)
            ? view.With(commit)
            : throw new LogCorruptException(Id, commit.Number, "it does not name the commit before it");
    }

    void Remember(Commit commit, CommitDraft draft)
    {
        for (var i = 0; i < commit.Entries.Count; i++)
        {
            foreach (var change in commit.Entries[i].Changes)
            {
                if (change.Content is null)
                    _cache.Remove(Id, change.Key);
                else if (draft.Values.TryGetValue(change.Key, out var value) && draft.Working.IsAt(change.Key, new ETag(commit.Number, i)))
                    _cache.Put(Id, change.Key, new ETag(commit.Number, i), value);
            }
        }
    }

    (View View, IReadOnlyCollection<IdempotencyWindow.Item> Requests) TakePicture()
    {
        lock (_applying)
        {
            var swept = View.Swept();
            Volatile.Write(ref _view, swept);
            return (swept, [.. _window.Items]);
        }
    }

    LogCorruptException Missing(long commit) => new(Id, commit, "it is missing from the log");
}
