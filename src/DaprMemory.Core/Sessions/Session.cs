using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Sessions;

/// <summary>An open session on this node: it knows where its log ends. All calls may be made from any thread.</summary>
public sealed class Session
{
    /// <summary>For how long an end that nobody asked for is taken for the end. Then blocks behind it may have been evicted already.</summary>
    static readonly TimeSpan TailLife = TimeSpan.FromMinutes(1);

    readonly TurnLog _log;
    readonly TurnReader _reader;
    readonly TurnSequencer _sequencer;
    readonly SessionSummaries _summaries;
    readonly ReadBarrier _barrier;
    readonly SpaceOptions _options;
    readonly TimeProvider _time;
    readonly Lock _applying = new();
    SessionRecords _records;
    SessionEntry _entry;
    Tail? _tail;
    RequestWindow? _window;
    long _confirmed;

    internal Session(SessionRecords records, SessionEntry entry, TurnLog log, SessionResources node, bool isNew)
    {
        _records = records;
        _entry = entry;
        _log = log;
        _options = node.Limits;
        _time = node.Time;
        _reader = new TurnReader(log, node.Tokens);
        _summaries = new SessionSummaries(this, log.NewSummaryStore(), node);
        _sequencer = new TurnSequencer(this, log, _summaries, node);
        _barrier = new ReadBarrier(() => CatchUpAsync(CancellationToken.None));
        if (isNew)
            (_tail, _window, _confirmed) = (Tail.None, new RequestWindow(), _time.GetTimestamp());
    }

    /// <summary>Its name.</summary>
    public string Id => _records.Id;

    /// <summary>The number of its newest turn, as far as this node knows.</summary>
    public long Newest => Tail.Turn;

    /// <summary>Its record, as this node read it last.</summary>
    internal SessionEntry Entry => Volatile.Read(ref _entry);

    internal SessionRecords Records => Volatile.Read(ref _records);

    internal Tail Tail => Volatile.Read(ref _tail) ?? Tail.None;

    internal bool IsBusy => _sequencer.IsBusy;

    bool IsTailOld => Volatile.Read(ref _tail) is null || _time.GetElapsedTime(Volatile.Read(ref _confirmed)) > TailLife;

    /// <summary>Makes sure that this node knows its end as it is now.</summary>
    /// <param name="level">The promise: an eventual read takes what was the end within the last seconds, every other one asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><c>false</c>: the session was deleted.</returns>
    /// <exception cref="StoreUnavailableException">The hot store can't be read now.</exception>
    public async ValueTask<bool> ReachAsync(ConsistencyLevel level, CancellationToken cancellationToken)
    {
        if (level != ConsistencyLevel.Eventual || IsTailOld || _time.GetElapsedTime(Volatile.Read(ref _confirmed)) > _options.MaxStaleness)
        {
            try
            {
                await _barrier.JoinAsync().WaitAsync(_options.ReadTimeout, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException e)
            {
                throw new StoreUnavailableException("finding the end of the session took too long", e);
            }
        }
        return !Tail.IsSealed;
    }

    /// <summary>Reads turns up to the end that this node knows.</summary>
    /// <exception cref="StoreUnavailableException">They are not in memory, and the hot store can't be read now.</exception>
    /// <exception cref="SessionCorruptException">A block can't be read.</exception>
    public Task<TurnPage> ReadAsync(TurnQuery query, CancellationToken cancellationToken) => _reader.ReadAsync(query, Tail, cancellationToken);

    /// <summary>What was said up to a turn, in short; null when there is nothing to tell of.</summary>
    /// <param name="upTo">The number of the turn.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">The hot store can't be read now.</exception>
    /// <exception cref="SessionCorruptException">A block can't be read.</exception>
    public Task<Summary?> SummarizeAsync(long upTo, CancellationToken cancellationToken) => _summaries.SummarizeAsync(upTo, cancellationToken);

    internal Task<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken) =>
        _sequencer.AddAsync(new PendingAppend(request), cancellationToken);

    /// <summary>Closes the log for good; <see cref="AppendOutcome.Closed"/> when it is closed.</summary>
    internal Task<AppendOutcome> SealAsync(TurnSeal seal, CancellationToken cancellationToken) => _sequencer.AddAsync(new PendingAppend(seal), cancellationToken);

    internal Task DrainAsync(CancellationToken cancellationToken) => _sequencer.DrainAsync(cancellationToken);

    /// <summary>Takes the session's record as it was read from a view.</summary>
    internal void Learn(SessionRecords records, SessionEntry entry)
    {
        lock (_applying)
        {
            if (entry.ETag < _entry.ETag)
                return;
            Volatile.Write(ref _entry, entry);
            Volatile.Write(ref _records, records);
        }
    }

    /// <summary>Knows the end, and the requests before it, so well that a block may be appended; finds them out if need be.</summary>
    internal async Task<(Tail Tail, RequestWindow Window)> PrepareAsync(CancellationToken cancellationToken)
    {
        if (IsTailOld)
            await CatchUpAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            lock (_applying)
            {
                if (_window is { } window)
                    return (Tail, window);
            }
            await LoadWindowAsync(cancellationToken).ConfigureAwait(false);
        }
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

    /// <summary>Finds a request among those that <see cref="PrepareAsync"/> gave.</summary>
    internal RequestWindow.Item? FindRequest(RequestWindow window, UInt128 identity)
    {
        lock (_applying)
            return window.TryGet(identity, out var item) ? item : null;
    }

    /// <summary>Takes a block of the log, if it is not known yet.</summary>
    internal void Apply(TurnBlock block)
    {
        lock (_applying)
        {
            var tail = Tail;
            if (block.Number <= tail.Block)
                return;
            Volatile.Write(ref _tail, Tail.At(block) with { Turn = Math.Max(tail.Turn, block.Last) });
            _window?.Add(block);
        }
    }

    /// <summary>Notes that the end was certainly the end at <paramref name="timestamp"/>.</summary>
    internal void Confirm(long timestamp)
    {
        lock (_applying)
            _confirmed = Math.Max(_confirmed, timestamp);
    }

    async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        if (IsTailOld)
            await LocateAsync(cancellationToken).ConfigureAwait(false);
        // One single get proves that nothing new is there: the usual case.
        while (!Tail.IsSealed && await _log.ReadAsync(Tail.Block + 1, cancellationToken).ConfigureAwait(false) is { } next)
        {
            Apply(next);
            await ReadOnAsync(cancellationToken).ConfigureAwait(false);
        }
        Confirm(began);
    }

    /// <summary>Finds an end that is the end, or near it, though blocks or the hint may be lost.</summary>
    async Task LocateAsync(CancellationToken cancellationToken)
    {
        var found = await _log.ReadHintAsync(cancellationToken).ConfigureAwait(false) ?? await ScanAsync(cancellationToken).ConfigureAwait(false);
        lock (_applying)
        {
            // The requests before an end that is not reached block by block are not known.
            if (_tail is null || _tail.Block < found.Block)
                (_tail, _window) = (found, null);
        }
        await ReadOnAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Without a hint: the last block lies in the upper half of the room. What lies there is read from above.</summary>
    async Task<Tail> ScanAsync(CancellationToken cancellationToken)
    {
        var record = Entry.Record;
        var isFirst = record.Room == SessionRecord.FirstRoom;
        var lowest = isFirst ? 1 : record.Room / 2;
        for (var high = record.Room; high >= lowest; high -= TurnLog.BlocksPerRead)
        {
            var low = Math.Max(lowest, high - TurnLog.BlocksPerRead + 1);
            if (await _log.ReadManyAsync(low, high, cancellationToken).ConfigureAwait(false) is [.., var last])
                return Tail.At(last);
        }
        return isFirst ? Tail.None : new Tail(lowest, record.Turns);
    }

    /// <summary>Reads the blocks behind the end, many at a time, also over some that are gone.</summary>
    async Task ReadOnAsync(CancellationToken cancellationToken)
    {
        while (!Tail.IsSealed)
        {
            var end = Tail.Block;
            var blocks = await _log.ReadManyAsync(end + 1, end + TurnLog.BlocksPerRead, cancellationToken).ConfigureAwait(false);
            if (blocks.Count == 0)
                return;
            // What the bulk read left out between them may still be there.
            (blocks, _) = await _log.ReadWrittenAsync(end + 1, blocks[^1].Number, cancellationToken).ConfigureAwait(false);
            foreach (var block in blocks)
                Apply(block);
        }
    }

    async Task LoadWindowAsync(CancellationToken cancellationToken)
    {
        var window = new RequestWindow();
        for (var next = Math.Max(1, Tail.Block - RequestWindow.Blocks + 1); ;)
        {
            long last;
            lock (_applying)
            {
                last = Tail.Block;
                if (next > last)
                {
                    _window = window;
                    return;
                }
            }
            for (; next <= last; next += TurnLog.BlocksPerRead)
            {
                var (blocks, _) = await _log.ReadWrittenAsync(next, Math.Min(last, next + TurnLog.BlocksPerRead - 1), cancellationToken).ConfigureAwait(false);
                foreach (var block in blocks)
                    window.Add(block);
            }
            next = last + 1;
        }
    }
}
