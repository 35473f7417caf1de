using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Embeddings;

/// <summary>
/// Brings the memories of one space their vectors, behind the writes: from the store, where an earlier run or another node has left them, or
/// else from the model. What the model gives is saved in its turn. Neither writes nor searches wait for any of this.
/// </summary>
public sealed class VectorPipeline : IAsyncDisposable
{
    const int LastAttempts = 3;

    readonly Lock _lock = new();
    readonly EmbeddingScheduler _scheduler;
    readonly VectorSegments _segments;
    readonly Action<string, string, ReadOnlyMemory<float>> _deliver;
    readonly CancellationTokenSource _draining = new();
    readonly CancellationTokenSource _stopping = new();
    readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Dictionary<UInt128, Waiting> _waiting = [];
    readonly Queue<UInt128> _toEmbed = new();
    readonly Queue<(UInt128 Key, QuantizedVector Vector)> _computed = new();
    readonly Queue<UInt128> _known = new();
    readonly Dictionary<UInt128, int> _places = [];
    readonly Dictionary<UInt128, QuantizedVector> _unsaved = [];
    TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task? _running;
    bool _isLoaded;
    bool _isScheduled;
    bool _isDraining;
    int _inFlight;
    int _backlog;

    /// <summary>Creates a pipeline that does nothing before <see cref="LoadAsync"/>.</summary>
    /// <param name="space">The space.</param>
    /// <param name="store">The strong store.</param>
    /// <param name="maxItemBytes">The longest text that the store takes.</param>
    /// <param name="scheduler">The node's model.</param>
    /// <param name="deliver">Takes a memory's id, its text and the text's vector, of unit length; called from the background, one call after the other.</param>
    public VectorPipeline(SpaceId space, ICommitStore store, int maxItemBytes, EmbeddingScheduler scheduler, Action<string, string, ReadOnlyMemory<float>> deliver)
    {
        (_scheduler, _deliver) = (scheduler, deliver);
        _segments = new VectorSegments(store, space, scheduler.Model, maxItemBytes);
    }

    /// <summary>How many memories wait for their vectors.</summary>
    public int Backlog => Volatile.Read(ref _backlog);

    /// <summary>Begins: delivers what the store has, then has the rest embedded. A store that does not answer is asked until it does.</summary>
    /// <param name="memories">The ids and texts of the memories that there are.</param>
    /// <param name="cancellationToken">Ends the wait, not the work.</param>
    /// <returns>When all that the store has is delivered.</returns>
    public Task LoadAsync(IEnumerable<(string Id, string Text)> memories, CancellationToken cancellationToken)
    {
        foreach (var (id, text) in memories)
            Enqueue(id, text);
        lock (_lock)
            _running ??= Task.Run(RunAsync, CancellationToken.None);
        return _loaded.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Has a vector delivered for a memory, soon. A text that changes, or a memory that goes away, meanwhile does no harm.</summary>
    public void Enqueue(string id, string text)
    {
        var key = _scheduler.Model.KeyOf(text);
        lock (_lock)
        {
            if (_isDraining)
                return;
            if (!_waiting.TryGetValue(key, out var waiting))
            {
                _waiting[key] = waiting = new Waiting(text);
                if (_places.ContainsKey(key) || _unsaved.ContainsKey(key))
                    _known.Enqueue(key);
                else
                    _toEmbed.Enqueue(key);
                Wake();
            }
            if (waiting.Ids.Add(id))
                AddToBacklog(1);
        }
    }

    /// <summary>Takes no more, and saves what the model has given. What waits is embedded when the space is opened again.</summary>
    /// <param name="cancellationToken">Ends what takes too long; what is not saved then is embedded again.</param>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        Task running;
        lock (_lock)
        {
            _isDraining = true;
            Wake();
            running = _running ??= Task.CompletedTask;
            if (running.IsCompleted)
                _loaded.TrySetCanceled(CancellationToken.None);
        }
        await _draining.CancelAsync().ConfigureAwait(false);
        await using (cancellationToken.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), _stopping))
            await running.ConfigureAwait(false);
        lock (_lock)
        {
            _waiting.Clear();
            AddToBacklog(-_backlog);
        }
    }

    /// <summary>Drains with no time to wait.</summary>
    public async ValueTask DisposeAsync() => await DrainAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);

    /// <summary>Gives the scheduler texts to embed, and stands in its row again if there are more.</summary>
    internal IReadOnlyList<EmbeddingWork> Take(int most)
    {
        var batch = new List<EmbeddingWork>(most);
        lock (_lock)
        {
            while (!_isDraining && batch.Count < most && _toEmbed.TryDequeue(out var key))
            {
                // Another node may have brought it since.
                if (_waiting.TryGetValue(key, out var waiting))
                    batch.Add(new EmbeddingWork(key, waiting.Text));
            }
            _inFlight += batch.Count;
            _isScheduled = false;
            Schedule();
        }
        return batch;
    }

    internal void Complete(IReadOnlyList<EmbeddingWork> batch, IReadOnlyList<QuantizedVector> vectors)
    {
        lock (_lock)
        {
            for (var i = 0; i < batch.Count; i++)
                _computed.Enqueue((batch[i].Key, vectors[i]));
            _inFlight -= batch.Count;
            Wake();
        }
    }

    internal void GiveBack(IReadOnlyList<EmbeddingWork> batch)
    {
        lock (_lock)
        {
            foreach (var work in batch)
                _toEmbed.Enqueue(work.Key);
            _inFlight -= batch.Count;
            Wake();
        }
    }

    internal void Refuse(IReadOnlyList<EmbeddingWork> batch)
    {
        lock (_lock)
        {
            foreach (var work in batch)
            {
                if (_waiting.Remove(work.Key, out var waiting))
                    AddToBacklog(-waiting.Ids.Count);
            }
            _inFlight -= batch.Count;
            Wake();
        }
    }

    async Task RunAsync()
    {
        try
        {
            await InsistAsync(LoadSegmentsAsync).ConfigureAwait(false);
            lock (_lock)
            {
                _isLoaded = true;
                Schedule();
            }
            _loaded.TrySetResult();
            while (await NextAsync().ConfigureAwait(false) is { } step)
                await InsistAsync(step).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Draining ends loading at once, and the rest when its time is over.
        }
        finally
        {
            _loaded.TrySetCanceled();
        }
    }

    /// <summary>Waits for something to do; null when all is done that draining asks for.</summary>
    async Task<Func<Task<bool>>?> NextAsync()
    {
        while (true)
        {
            Task news;
            bool isUnsaved;
            lock (_lock)
            {
                if (_computed.Count > 0)
                    return DeliverComputedAsync;
                if (_unsaved.Count >= _segments.Capacity)
                    return SaveAsync;
                if (_known.Count > 0 && !_isDraining)
                    return RecallAsync;
                isUnsaved = _unsaved.Count > 0;
                if (_isDraining && _inFlight == 0)
                    return isUnsaved ? SaveAsync : null;
                news = _news.Task;
            }
            try
            {
                await news.WaitAsync(isUnsaved ? _scheduler.Options.SaveAfter : Timeout.InfiniteTimeSpan, _scheduler.Time, _stopping.Token).ConfigureAwait(false);
                lock (_lock)
                    _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            catch (TimeoutException)
            {
                return SaveAsync;
            }
        }
    }

    /// <summary>Repeats a step until it is done, or, when draining, a few times.</summary>
    async Task InsistAsync(Func<Task<bool>> step)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                if (await step().ConfigureAwait(false))
                    return;
            }
            catch (StoreUnavailableException)
            {
                // As if it had failed otherwise.
            }
            if (_isDraining && failures >= LastAttempts)
                throw new OperationCanceledException();
            await Task.Delay(_scheduler.Options.PauseAfter(failures), _scheduler.Time, _draining.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stopping.Token.ThrowIfCancellationRequested();
        }
    }

    async Task<bool> LoadSegmentsAsync()
    {
        await _segments.ReadAsync(TakeSegment, _draining.Token).ConfigureAwait(false);
        return true;
    }

    Task<bool> DeliverComputedAsync()
    {
        while (true)
        {
            (UInt128 Key, QuantizedVector Vector) next;
            lock (_lock)
            {
                if (!_computed.TryDequeue(out next))
                    return Task.FromResult(true);
                if (!_places.ContainsKey(next.Key))
                    _unsaved[next.Key] = next.Vector;
            }
            Deliver(next.Key, next.Vector);
        }
    }

    /// <summary>Brings a vector that was computed before.</summary>
    async Task<bool> RecallAsync()
    {
        UInt128 key;
        QuantizedVector vector;
        bool isUnsaved;
        int place;
        lock (_lock)
        {
            key = _known.Peek();
            isUnsaved = _unsaved.TryGetValue(key, out vector);
            place = isUnsaved ? -1 : _places.GetValueOrDefault(key, -1);
        }
        var isFound = isUnsaved;
        if (isUnsaved)
            Deliver(key, vector);
        else if (place >= 0)
        {
            var items = await _segments.ReadAsync(place, _stopping.Token).ConfigureAwait(false);
            isFound = items.Exists(item => item.Key == key);
            TakeSegment(place, items);
        }
        lock (_lock)
        {
            _known.Dequeue();
            // What can't be read again is computed again. Who waits for what was found has come since, and stands in the row himself.
            if (!isFound && _waiting.ContainsKey(key))
            {
                _toEmbed.Enqueue(key);
                Schedule();
            }
        }
        return true;
    }

    async Task<bool> SaveAsync()
    {
        while (true)
        {
            List<KeyValuePair<UInt128, QuantizedVector>> items;
            lock (_lock)
                items = [.. _unsaved.Take(_segments.Capacity)];
            if (items.Count == 0)
                return true;
            if (await _segments.AppendAsync(items, _stopping.Token).ConfigureAwait(false) is not { } appended)
            {
                EmbeddingInstruments.SaveFailures.Add(1);
                return false;
            }
            TakeSegment(appended.Number, appended.Items);
            if (ReferenceEquals(appended.Items, items))
            {
                EmbeddingInstruments.SegmentsSaved.Add(1);
                return true;
            }
        }
    }

    /// <summary>Notes where vectors are stored, and delivers those that somebody waits for.</summary>
    void TakeSegment(int number, List<KeyValuePair<UInt128, QuantizedVector>> items)
    {
        foreach (var (key, vector) in items)
        {
            lock (_lock)
            {
                _places[key] = number;
                _unsaved.Remove(key);
            }
            if (Deliver(key, vector))
                EmbeddingInstruments.Loaded.Add(1);
        }
    }

    bool Deliver(UInt128 key, QuantizedVector vector)
    {
        Waiting? waiting;
        lock (_lock)
        {
            if (!_waiting.Remove(key, out waiting))
                return false;
        }
        var numbers = vector.ToVector();
        foreach (var id in waiting.Ids)
            _deliver(id, waiting.Text, numbers);
        // Only now: who sees no backlog sees all vectors.
        lock (_lock)
            AddToBacklog(-waiting.Ids.Count);
        return true;
    }

    void Wake()
    {
        Schedule();
        _news.TrySetResult();
    }

    void Schedule()
    {
        if (_isScheduled || !_isLoaded || _isDraining || _toEmbed.Count == 0)
            return;
        _isScheduled = true;
        _scheduler.Add(this);
    }

    void AddToBacklog(int count)
    {
        _backlog += count;
        EmbeddingInstruments.Backlog.Add(count);
    }

    sealed class Waiting(string text)
    {
        public string Text => text;

        public HashSet<string> Ids { get; } = new(StringComparer.Ordinal);
    }
}
