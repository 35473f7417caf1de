using System.Collections.Concurrent;
using DaprMemory.Core.Audit;
using DaprMemory.Core.Embeddings;
using DaprMemory.Core.Log;
using DaprMemory.Core.Search;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Spaces;

/// <summary>
/// The open spaces of this node. They are opened on demand, and some leave when their views outgrow the budget: those that nobody has used for long,
/// then the least recently used of the tenant whose views take the most. That is always safe: what a space holds in memory is a picture of its log.
/// </summary>
public sealed class SpaceRegistry : IAsyncDisposable
{
    // What was not used for so long, nobody misses.
    static readonly TimeSpan Stale = TimeSpan.FromMinutes(5);

    readonly ConcurrentDictionary<SpaceId, Slot> _slots = new();
    readonly Lock _admitting = new();
    readonly Func<string, int?> _maxOpenOf;
    readonly NodeResources _node;
    readonly SpaceOptions _options;
    readonly TimeProvider _time;
    long _nextSurvey;
    volatile bool _isClosed;
    volatile bool _areDirectoriesClosed;

    /// <summary>Creates a registry without open spaces.</summary>
    /// <param name="store">The strong store, where the logs are.</param>
    /// <param name="options">How it keeps its spaces.</param>
    /// <param name="time">The clock.</param>
    /// <param name="hot">The hot store, if there is one.</param>
    /// <param name="publisher">Tells other nodes of commits, if there are any.</param>
    /// <param name="newIndex">Makes an empty index of a space's memories; null for one in memory.</param>
    /// <param name="signer">Signs commits, if there is a key.</param>
    /// <param name="embeddings">Makes vectors of memories, if there is a model.</param>
    /// <param name="formerEmbeddings">The model before that one: until a space has all vectors of the new one, its own answer.</param>
    /// <param name="maxOpenOf">How many spaces of a tenant may be open; null, or what it gives is null: any number.</param>
    public SpaceRegistry(
        ICommitStore store,
        SpaceOptions options,
        TimeProvider time,
        IHotStore? hot = null,
        ICommitPublisher? publisher = null,
        Func<SpaceId, IMemoryIndex>? newIndex = null,
        ICommitSigner? signer = null,
        EmbeddingScheduler? embeddings = null,
        EmbeddingScheduler? formerEmbeddings = null,
        Func<string, int?>? maxOpenOf = null)
    {
        _maxOpenOf = maxOpenOf ?? (_ => null);
        Directory = new SpaceDirectory(this, time);
        _node = new NodeResources(
            new TimeLimitedStore(store, options.ReadTimeout),
            new ValueCache(options.ValueCacheBytes),
            hot is null ? null : new HotValues(hot, options.HotValueLife),
            publisher,
            options,
            time,
            newIndex ?? (_ => new MemoryIndex(new SearchOptions())),
            signer,
            embeddings,
            formerEmbeddings,
            Directory);
        _options = options;
        _time = time;
    }

    /// <summary>Which spaces there are.</summary>
    public SpaceDirectory Directory { get; }

    /// <summary>How many spaces are open.</summary>
    public int Count => _slots.Count;

    /// <summary>The spaces that are open now.</summary>
    internal IEnumerable<Space> OpenSpaces => _slots.Values.Select(slot => slot.Space).OfType<Space>();

    /// <summary>The values in this node's memory.</summary>
    internal ValueCache Cache => _node.Cache;

    /// <summary>Gives the space, loading it from its log if it is not open. A space that was never written is empty, at version 0.</summary>
    /// <exception cref="StoreUnavailableException">The log can't be read now.</exception>
    /// <exception cref="LogCorruptException">The log does not verify.</exception>
    /// <exception cref="TooManySpacesException">As many of the tenant's spaces as may be are open, and all of them are busy.</exception>
    public ValueTask<Space> OpenAsync(SpaceId id, CancellationToken cancellationToken)
    {
        if (_slots.TryGetValue(id, out var slot) && slot.Space is { } space)
        {
            slot.Touch(_time);
            CloseUnused();
            return new ValueTask<Space>(space);
        }
        return new ValueTask<Space>(LoadAsync(id, cancellationToken));
    }

    /// <summary>The log of a space, to be read without opening the space.</summary>
    internal CommitLog LogOf(SpaceId id) => new(_node.For(id).Store, id);

    /// <summary>Takes the event of another node's commit. Only open spaces care: the others will read it in their logs.</summary>
    /// <param name="id">The space.</param>
    /// <param name="number">The commit's number.</param>
    /// <param name="text">Its JSON text, or null to read it from the log.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">A gap can't be read now; the event may come again.</exception>
    /// <exception cref="LogCorruptException">The event, or the log, does not verify.</exception>
    public ValueTask ReceiveAsync(SpaceId id, long number, ReadOnlyMemory<byte>? text, CancellationToken cancellationToken) =>
        _slots.TryGetValue(id, out var slot) && slot.Space is { } space ? space.ReceiveAsync(number, text, cancellationToken) : ValueTask.CompletedTask;

    /// <summary>Takes no more writes and waits until those that were taken have their outcomes; when the token ends the wait, the rest is given up.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _isClosed = true;
        await DrainAsync(directories: false, cancellationToken).ConfigureAwait(false);
        // Only now: the first commits that were taken needed them.
        _areDirectoriesClosed = true;
        await DrainAsync(directories: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Drains with no time to wait, and closes every space.</summary>
    public async ValueTask DisposeAsync()
    {
        await DrainAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        foreach (var id in _slots.Keys)
            Close(id);
        if (_node.Hot is { } hot)
            await hot.DisposeAsync().ConfigureAwait(false);
    }

    Task DrainAsync(bool directories, CancellationToken cancellationToken) => Task.WhenAll(
        from slot in _slots
        where slot.Key.IsDirectory == directories
        select slot.Value.Space?.DrainAsync(cancellationToken) ?? Task.CompletedTask);

    async Task<Space> LoadAsync(SpaceId id, CancellationToken cancellationToken)
    {
        var slot = !id.IsInternal && _maxOpenOf(id.Tenant) is { } most ? Admit(id, most) : GetOrAdd(id);
        slot.Touch(_time);
        try
        {
            return await slot.Load.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The next caller tries again.
            _slots.TryRemove(KeyValuePair.Create(id, slot));
            throw;
        }
    }

    Slot GetOrAdd(SpaceId id) => _slots.GetOrAdd(id, static (id, registry) => new Slot(() => registry.LoadAsync(id)), this);

    /// <summary>Gives the space its slot; if it is new, others of the tenant make room for it, the least recently used first. Busy ones stay.</summary>
    Slot Admit(SpaceId id, int most)
    {
        lock (_admitting)
        {
            if (_slots.TryGetValue(id, out var there))
                return there;
            var open = _slots.Where(slot => slot.Key.Tenant == id.Tenant && !slot.Key.IsInternal).ToList();
            var excess = open.Count + 1 - most;
            // One that is still being loaded is busy.
            foreach (var (other, _) in open.Where(slot => slot.Value.Space is { IsBusy: false }).OrderBy(slot => slot.Value.LastUsed).Take(Math.Max(0, excess)))
            {
                Close(other);
                excess--;
            }
            return excess <= 0 ? GetOrAdd(id) : throw new TooManySpacesException(most);
        }
    }

    async Task<Space> LoadAsync(SpaceId id)
    {
        using var timeout = new CancellationTokenSource(_options.LoadTimeout, _time);
        Space space;
        try
        {
            space = await Space.LoadAsync(id, _node.For(id), timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            throw new StoreUnavailableException($"loading {id} took longer than {_options.LoadTimeout.TotalSeconds} s", e);
        }
        CoreInstruments.OpenSpaces.Add(1);
        if (id.IsDirectory ? _areDirectoriesClosed : _isClosed)
            await space.DrainAsync(CancellationToken.None).ConfigureAwait(false);
        CloseUnused();
        return space;
    }

    /// <summary>Closes spaces until their views fit the budget. Busy ones stay.</summary>
    void CloseUnused()
    {
        // Views grow as they are written, too. A look at all of them ten times a second is cheap, and soon enough.
        var now = _time.GetTimestamp();
        var next = Volatile.Read(ref _nextSurvey);
        if (now < next || Interlocked.CompareExchange(ref _nextSurvey, now + _time.TimestampFrequency / 10, next) != next)
            return;
        var open = new List<OpenSpace>();
        long bytes = 0;
        foreach (var (id, slot) in _slots)
        {
            if (slot.Space is not { } space)
                continue;
            open.Add(new OpenSpace(id, space, space.EstimatedBytes, slot.LastUsed));
            bytes += space.EstimatedBytes;
        }
        if (bytes <= _options.ViewBudgetBytes)
            return;
        foreach (var space in InOrderOfLeaving(open))
        {
            if (bytes <= _options.ViewBudgetBytes)
                return;
            if (space.Space.IsBusy)
                continue;
            Close(space.Id);
            bytes -= space.Bytes;
        }
    }

    /// <summary>
    /// Those that nobody has used for long, then each time the least recently used of the tenant whose spaces take the most: who opens ever more of them
    /// must not drive out the others'.
    /// </summary>
    IEnumerable<OpenSpace> InOrderOfLeaving(List<OpenSpace> open)
    {
        open.Sort((one, other) => one.LastUsed.CompareTo(other.LastUsed));
        var stale = open.TakeWhile(space => _time.GetElapsedTime(space.LastUsed) >= Stale).ToList();
        foreach (var space in stale)
            yield return space;
        var tenants = new PriorityQueue<Queue<OpenSpace>, long>();
        foreach (var tenant in open.Skip(stale.Count).GroupBy(space => space.Id.Tenant))
            tenants.Enqueue(new Queue<OpenSpace>(tenant), -tenant.Sum(space => space.Bytes));
        while (tenants.TryDequeue(out var spaces, out var share))
        {
            var space = spaces.Dequeue();
            yield return space;
            if (spaces.Count > 0)
                tenants.Enqueue(spaces, share + space.Bytes);
        }
    }

    void Close(SpaceId id)
    {
        if (!_slots.TryRemove(id, out var slot) || slot.Space is not { } space)
            return;
        CoreInstruments.OpenSpaces.Add(-1);
        // Nobody waits: what can't be saved is made again.
        _ = space.Memories.DrainAsync(CancellationToken.None);
    }

    readonly record struct OpenSpace(SpaceId Id, Space Space, long Bytes, long LastUsed);

    sealed class Slot(Func<Task<Space>> load)
    {
        long _lastUsed;

        public Lazy<Task<Space>> Load { get; } = new(load);

        public Space? Space => Load is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } task } ? task.Result : null;

        public long LastUsed => Volatile.Read(ref _lastUsed);

        public void Touch(TimeProvider time) => Volatile.Write(ref _lastUsed, time.GetTimestamp());
    }
}
