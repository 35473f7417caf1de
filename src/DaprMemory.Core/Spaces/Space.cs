using DaprMemory.Core.Log;
using DaprMemory.Core.Memories;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Spaces;

/// <summary>An open space on this node. All calls may be made from any thread.</summary>
public sealed class Space
{
    const int MaxCommitsBytes = 4 * 1024 * 1024;
    const int RecordBytes = 240;
    const int RequestBytes = 140;
    const int MaxEarly = 64;

    static readonly TimeSpan SwapPatience = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(1);

    readonly CommitLog _log;
    readonly CommitReader _commits;
    readonly CheckpointStore _checkpoints;
    readonly ValueReader _values;
    readonly Sequencer _sequencer;
    readonly Checkpointer _checkpointer;
    readonly Outbox? _outbox;
    readonly ReadBarrier _barrier;
    readonly IdempotencyWindow _window;
    readonly SpaceOptions _options;
    readonly TimeProvider _time;
    readonly Lock _applying = new();
    readonly Dictionary<long, LoggedCommit> _early = [];
    TaskCompletionSource? _applied;
    Action<Commit>? _follower;
    View _view;
    long _confirmed;
    long _heard;
    long _failed;

    Space(SpaceId id, NodeResources node, Checkpoint? checkpoint)
    {
        Id = id;
        _options = node.Options;
        _time = node.Time;
        _log = new CommitLog(node.Store, id);
        _commits = new CommitReader(_log);
        _checkpoints = new CheckpointStore(node.Store, id, _options.MaxItemBytes);
        _checkpointer = new Checkpointer(_checkpoints, _options, checkpoint?.Bytes ?? 0);
        _view = checkpoint?.View ?? View.Empty(id);
        _window = checkpoint?.Window ?? new IdempotencyWindow();
        _values = new ValueReader(id, node.Cache, node.Hot, _commits, () => View, _time);
        _sequencer = new Sequencer(this, _log, node.Directory, node.Signer, _options, _time);
        _outbox = node.Publisher is { } publisher ? new Outbox(node.Store, publisher, _log, () => View.Version, _options.PublishGrace, _time) : null;
        _barrier = new ReadBarrier(() => CatchUpAsync(CancellationToken.None));
        Memories = new SpaceIndex(this, node, _log);
    }

    /// <summary>Its name.</summary>
    public SpaceId Id { get; }

    /// <summary>Its memories, to be searched.</summary>
    public SpaceIndex Memories { get; }

    /// <summary>The newest picture this node has.</summary>
    public View View => Volatile.Read(ref _view);

    /// <summary>How long ago, at most, the view was certainly the newest there was.</summary>
    public TimeSpan Staleness => _time.GetElapsedTime(Volatile.Read(ref _confirmed));

    /// <summary>What it takes of this node's memory, in bytes, estimated; values aside.</summary>
    internal long EstimatedBytes => 2048 + (long)RecordBytes * View.Count + (long)RequestBytes * _window.Count + Memories.EstimatedBytes;

    /// <summary>Whether writes or checkpoints are under way, or its memories are being read.</summary>
    internal bool IsBusy => _sequencer.IsBusy || _checkpointer.IsBusy || Memories.IsBusy;

    internal static async Task<Space> LoadAsync(SpaceId id, NodeResources node, CancellationToken cancellationToken)
    {
        var began = node.Time.GetTimestamp();
        var checkpoint = await new CheckpointStore(node.Store, id).LoadAsync(long.MaxValue, cancellationToken).ConfigureAwait(false);
        var space = new Space(id, node, checkpoint);
        await foreach (var logged in space._log.ReadAsync(space.View.Version, long.MaxValue, cancellationToken).ConfigureAwait(false))
            space.Apply(logged);
        space.Confirm(began);
        if (space.View.Version > 0)
        {
            space._outbox?.CheckLater();
            _ = space._values.WarmUpAsync(CancellationToken.None);
        }
        CoreInstruments.LoadSeconds.Record(node.Time.GetElapsedTime(began).TotalSeconds);
        return space;
    }

    /// <summary>Gives a view that keeps the promise; null when the log ends before <paramref name="atLeast"/> (such a version was never given out).</summary>
    /// <remarks>
    /// Each level gives what the weaker ones give: no view is served that is older than an eventual read allows, unless the store is down;
    /// then <see cref="Staleness"/> tells how old it may be.
    /// </remarks>
    /// <param name="level">The promise. Here causal is what session is: its caller knows what <paramref name="atLeast"/> must be.</param>
    /// <param name="atLeast">What the client has seen of this space; 0 for nothing. An eventual read may be older.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">The promise can't be kept now.</exception>
    public ValueTask<View?> ReachAsync(ConsistencyLevel level, long atLeast, CancellationToken cancellationToken)
    {
        if (level == ConsistencyLevel.Strong)
            return new ValueTask<View?>(ReachInLogAsync(atLeast, cancellationToken));
        var view = View;
        var needed = level == ConsistencyLevel.Eventual ? 0 : atLeast;
        return view.Version >= needed && IsFresh(view) ? new ValueTask<View?>(view) : new ValueTask<View?>(FreshenAsync(needed, cancellationToken));
    }

    /// <summary>Waits until this node's view is behind <paramref name="version"/> no more.</summary>
    public async Task WaitBeyondAsync(long version, CancellationToken cancellationToken)
    {
        while (View.Version <= version)
        {
            Task applied;
            lock (_applying)
            {
                if (View.Version > version)
                    return;
                applied = (_applied ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
            await applied.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
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
    /// <exception cref="StoreUnavailableException">It is not in memory, and the stores can't be read now.</exception>
    public ValueTask<RecordValue> ReadValueAsync(RecordKey key, ETag etag, CancellationToken cancellationToken) => _values.ReadAsync(key, etag, cancellationToken);

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

    /// <summary>Whether a request stands in the log as far as this node has read it.</summary>
    public bool Knows(string by, string requestId) => FindRequest(IdempotencyWindow.Identify(by, requestId)) is not null;

    /// <summary>Lets a follower hear of every commit behind the view that it is given, in order and each once; null ends it.</summary>
    internal View Follow(Action<Commit>? follower)
    {
        lock (_applying)
        {
            _follower = follower;
            return View;
        }
    }

    internal IdempotencyWindow.Item? FindRequest(UInt128 identity)
    {
        lock (_applying)
            return _window.TryGet(identity, out var item) ? item : null;
    }

    /// <summary>Takes the event of a commit: applies the next one, passes over known ones, and reads from the log what a gap hides.</summary>
    internal async ValueTask ReceiveAsync(long number, ReadOnlyMemory<byte>? text, CancellationToken cancellationToken)
    {
        InterlockedMax(ref _heard, number);
        _outbox?.Seen(number);
        if (number <= View.Version)
        {
            CoreInstruments.EventDuplicates.Add(1);
            return;
        }
        if ((text is { } known ? _log.Decode(number, known) : await _log.ReadAsync(number, cancellationToken).ConfigureAwait(false)) is not { } commit)
            return;
        if (Accept(commit))
            return;
        // Neighbours often swap places on their way: the missing one may be about to come.
        await Task.Delay(SwapPatience, _time, cancellationToken).ConfigureAwait(false);
        if (number <= View.Version)
            return;
        CoreInstruments.GapFetches.Add(1);
        await _barrier.JoinAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Applies an event's commit if it is the next one, and those that came too early behind it; else keeps it for a while.</summary>
    bool Accept(in LoggedCommit commit)
    {
        lock (_applying)
        {
            if (commit.Commit.Number > View.Version + 1)
            {
                if (_early.Count < MaxEarly)
                    _early[commit.Commit.Number] = commit;
                return false;
            }
            for (LoggedCommit? next = commit; next is { } logged; next = _early.Remove(View.Version + 1, out var early) ? early : null)
            {
                Apply(logged);
                CoreInstruments.EventsApplied.Add(1);
                CoreInstruments.EventLag.Record((_time.GetUtcNow() - logged.Commit.At).TotalSeconds);
            }
            foreach (var old in _early.Keys.Where(number => number <= View.Version).ToList())
                _early.Remove(old);
            return true;
        }
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
            if (commit.Number > view.Version)
            {
                var next = draft?.Base == view ? draft.Working.Sealed(commit) : Continue(view, commit);
                // Before anyone can see the view: who knows its version may ask the follower for it.
                _follower?.Invoke(commit);
                Volatile.Write(ref _view, next);
                _window.Apply(commit);
                _checkpointer.Count(logged.Text.Length, TakePicture);
                _applied?.TrySetResult();
                _applied = null;
            }
        }
        if (draft is null)
            return;
        if (_follower is null && commit.Entries.Any(entry => entry.Changes.Any(change => change.Key.Kind == RecordKind.Memory)))
            Memories.OpenLater();
        _values.Remember(commit, draft);
        _outbox?.Add(logged);
    }

    /// <summary>Notes that the view was certainly the newest at <paramref name="timestamp"/>.</summary>
    internal void Confirm(long timestamp) => InterlockedMax(ref _confirmed, timestamp);

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

    /// <summary>Saves a checkpoint of what this node knows, unless there is one as new.</summary>
    /// <exception cref="StoreUnavailableException">The store gave no answer.</exception>
    internal Task SaveCheckpointAsync(CancellationToken cancellationToken) => _checkpointer.SaveAsync(TakePicture, cancellationToken);

    internal async Task DrainAsync(CancellationToken cancellationToken)
    {
        await _sequencer.DrainAsync(cancellationToken).ConfigureAwait(false);
        if (_outbox is not null)
            await _outbox.DrainAsync(cancellationToken).ConfigureAwait(false);
        await Memories.DrainAsync(cancellationToken).ConfigureAwait(false);
    }

    bool IsFresh(View view) => Staleness <= _options.MaxStaleness && Volatile.Read(ref _heard) - view.Version <= _options.MaxStaleVersions;

    async Task<View?> FreshenAsync(long atLeast, CancellationToken cancellationToken)
    {
        // Reads of open views go on without the store, and do not each wait for it; their answers say how old the view may be.
        var failed = Volatile.Read(ref _failed);
        if (failed != 0 && View.Version >= atLeast && _time.GetElapsedTime(failed) < RetryAfterFailure)
            return View;
        try
        {
            return await ReachInLogAsync(atLeast, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreUnavailableException) when (View.Version >= atLeast)
        {
            Volatile.Write(ref _failed, _time.GetTimestamp());
            return View;
        }
    }

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
        var began = _time.GetTimestamp();
        // One single get proves that nothing new is there: the usual case.
        if (await _log.ReadAsync(View.Version + 1, cancellationToken).ConfigureAwait(false) is { } next)
        {
            Apply(next);
            await foreach (var logged in _log.ReadAsync(View.Version, long.MaxValue, cancellationToken).ConfigureAwait(false))
                Apply(logged);
            // No event told of these: perhaps whoever wrote them could not.
            _outbox?.CheckLater();
        }
        Confirm(began);
    }

    View Continue(View view, Commit commit)
    {
        if (commit.Number != view.Version + 1)
            throw new InvalidOperationException($"commit {commit.Number} does not follow version {view.Version}");
        return commit.Previous.Span.SequenceEqual(view.Head.Span)
            ? view.With(commit)
            : throw new LogCorruptException(Id, commit.Number, "it does not name the commit before it");
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

    static void InterlockedMax(ref long target, long value)
    {
        for (var current = Volatile.Read(ref target); current < value;)
        {
            var before = Interlocked.CompareExchange(ref target, value, current);
            if (before == current)
                return;
            current = before;
        }
    }

    LogCorruptException Missing(long commit) => new(Id, commit, "it is missing from the log");
}
