using DaprMemory.Core.Embeddings;
using DaprMemory.Core.Log;
using DaprMemory.Core.Search;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Memories;

/// <summary>
/// The index of an open space's memories. It is built when it is first asked, by whoever asks together, follows the commits from then on,
/// and goes with the space.
/// </summary>
public sealed class SpaceIndex
{
    // The embedded model takes some milliseconds, one behind a network some hundred.
    static readonly TimeSpan QueryPatience = TimeSpan.FromMilliseconds(500);

    static readonly SemaphoreSlim OneSaveAtATime = new(1);

    readonly Space _space;
    readonly NodeResources _node;
    readonly CommitLog _log;
    readonly IndexCheckpoints _checkpoints;
    readonly Lock _lock = new();
    Task<OpenIndex>? _opening;
    int _isSaving;

    internal SpaceIndex(Space space, NodeResources node, CommitLog log)
    {
        (_space, _node, _log) = (space, node, log);
        _checkpoints = new IndexCheckpoints(node.Store, space.Id);
    }

    /// <summary>What it takes of this node's memory, in bytes, estimated.</summary>
    internal long EstimatedBytes => Volatile.Read(ref _opening) is { IsCompletedSuccessfully: true, Result: var index } ? index.EstimatedBytes : 0;

    /// <summary>Whether it is being built or saved.</summary>
    internal bool IsBusy => Volatile.Read(ref _opening) is { IsCompleted: false } || Volatile.Read(ref _isSaving) == 1;

    /// <summary>Finds memories; by their words alone when there is no vector of the query, and then the answer says so.</summary>
    /// <param name="query">What to find.</param>
    /// <param name="reach">How many turns around each hit to give with it, on either side.</param>
    /// <param name="atLeast">The version that must be searched, at least; one that the space's view has.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">The memories can't be read now.</exception>
    public async Task<MemorySearch> SearchAsync(MemoryQuery query, int reach, long atLeast, CancellationToken cancellationToken)
    {
        var index = await OpenAsync(atLeast, cancellationToken).ConfigureAwait(false);
        var (embedded, model) = await EmbedAsync(index, query, index.PrefersFormerModel, cancellationToken).ConfigureAwait(false);
        var found = await index.SearchAsync(embedded, reach, cancellationToken).ConfigureAwait(false);
        if (embedded.IsOfFormerModel && found.Mode == SearchMode.Keyword)
        {
            // The last vector of the new model has just come, and those before it went.
            (embedded, model) = await EmbedAsync(index, query, useFormer: false, cancellationToken).ConfigureAwait(false);
            found = await index.SearchAsync(embedded, reach, cancellationToken).ConfigureAwait(false);
        }
        // The index hears of a commit just before the space's view has it; whoever is told of the version may ask for it.
        await _space.WaitBeyondAsync(found.Version - 1, cancellationToken).ConfigureAwait(false);
        return found with { Model = model };
    }

    /// <summary>Finds a memory and those that link to it.</summary>
    /// <inheritdoc cref="SearchAsync" />
    public async Task<LinkedMemories> FindLinksAsync(string id, long atLeast, CancellationToken cancellationToken)
    {
        var index = await OpenAsync(atLeast, cancellationToken).ConfigureAwait(false);
        var now = _node.Time.GetUtcNow();
        var (version, found) = await index.SelectAsync(
            document => (document.Id == id || document.Links?.Contains(id) == true) && !(document.ExpiresAt <= now), cancellationToken).ConfigureAwait(false);
        await _space.WaitBeyondAsync(version - 1, cancellationToken).ConfigureAwait(false);
        found.Sort((left, right) => string.CompareOrdinal(left.Id, right.Id));
        return new LinkedMemories(version, found.Find(document => document.Id == id), found.FindAll(document => document.Id != id));
    }

    /// <summary>Finds memories that are much like a text, the most alike first. Those from conversations are not: they are kept as they were said.</summary>
    /// <param name="text">The text.</param>
    /// <param name="except">The id of a memory that is not meant.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">The memories can't be read now.</exception>
    public async Task<IReadOnlyList<SimilarMemory>> FindSimilarAsync(string text, string except, CancellationToken cancellationToken)
    {
        var index = await OpenAsync(_space.View.Version, cancellationToken).ConfigureAwait(false);
        var found = await index.FindSimilarAsync(new Likeness(text), _node.Time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        return [.. found.Where(similar => similar.Id != except)];
    }

    /// <summary>Begins to build it, if it is not there: who writes memories here will soon ask for them.</summary>
    internal void OpenLater() => _ = Opening();

    /// <summary>Has no more vectors made, and saves those that were.</summary>
    internal Task DrainAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _opening) is { IsCompletedSuccessfully: true, Result: var index } ? index.DrainAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Gives a query its vector, and says of which model; without one it asks for words.</summary>
    async Task<(MemoryQuery Query, string? Model)> EmbedAsync(OpenIndex index, MemoryQuery query, bool useFormer, CancellationToken cancellationToken)
    {
        if (_node.Embeddings is { } model && query.Mode != SearchMode.Keyword)
        {
            var text = index.TextForVector(query.Text);
            // When the one before is gone for good, what the new one has is better than nothing.
            if (useFormer && _node.FormerEmbeddings is { } former
                && await former.EmbedQueryAsync(text, QueryPatience, cancellationToken).ConfigureAwait(false) is { } old)
                return (query with { Vector = old, IsOfFormerModel = true }, former.Model.Name);
            query = query with { Vector = await model.EmbedQueryAsync(text, QueryPatience, cancellationToken).ConfigureAwait(false) };
        }
        return (query is { Mode: SearchMode.Vector, Vector: null } ? query with { Mode = SearchMode.Keyword } : query, _node.Embeddings?.Model.Name);
    }

    async Task<OpenIndex> OpenAsync(long atLeast, CancellationToken cancellationToken)
    {
        var index = await Opening().WaitAsync(cancellationToken).ConfigureAwait(false);
        await index.ReachAsync(atLeast, cancellationToken).ConfigureAwait(false);
        return index;
    }

    Task<OpenIndex> Opening()
    {
        lock (_lock)
        {
            if (_opening is { IsCompletedSuccessfully: true, Result: { IsBroken: true } broken })
            {
                _ = broken.DrainAsync(CancellationToken.None);
                _opening = null;
            }
            if (_opening is null or { IsFaulted: true })
                _opening = Task.Run(BuildAsync);
            return _opening;
        }
    }

    async Task<OpenIndex> BuildAsync()
    {
        var began = _node.Time.GetTimestamp();
        using var timeout = new CancellationTokenSource(_node.Options.LoadTimeout, _node.Time);
        var index = new OpenIndex(
            _node.NewIndex(_space.Id),
            SaveIfDue,
            _node.Embeddings is { } model ? deliver => new VectorPipeline(_space.Id, _node.Store, model, deliver) : null,
            _node.FormerEmbeddings is { } former ? deliver => new FormerVectors(_space.Id, _node.Store, former, deliver) : null);
        var view = _space.Follow(index.Enqueue);
        try
        {
            await FillAsync(index, view, timeout.Token).ConfigureAwait(false);
            index.Open(view.Version);
            CoreInstruments.IndexLoadSeconds.Record(_node.Time.GetElapsedTime(began).TotalSeconds);
            return index;
        }
        catch (Exception e)
        {
            _space.Follow(null);
            if (e is OperationCanceledException)
                throw new StoreUnavailableException($"reading the memories of {_space.Id} took longer than {_node.Options.LoadTimeout.TotalSeconds} s", e);
            throw;
        }
    }

    /// <summary>Reads the memories that a view has: from the checkpoints, and what is not there from the log.</summary>
    async Task FillAsync(OpenIndex index, View view, CancellationToken cancellationToken)
    {
        var missing = view.List(RecordKind.Memory, "", null, _node.Time.GetUtcNow()).ToDictionary(record => record.Key.Key, record => record.Value.ETag, StringComparer.Ordinal);
        if (missing.Count == 0)
            return;
        await foreach (var document in _checkpoints.LoadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (missing.TryGetValue(document.Id, out var etag) && etag == document.ETag && missing.Remove(document.Id))
                index.Add(document, isSaved: true);
        }
        var commits = missing.Values.Select(etag => etag.Commit).Distinct().Order().ToList();
        await foreach (var logged in _log.ReadAsync(commits, cancellationToken).ConfigureAwait(false))
        {
            foreach (var (id, document) in MemoryChanges.Of(logged.Commit))
            {
                if (document is not null && missing.TryGetValue(id, out var etag) && etag == document.ETag)
                    index.Add(document, isSaved: false);
            }
        }
    }

    void SaveIfDue(OpenIndex index)
    {
        var (count, bytes) = index.Changed;
        if ((count >= _node.Options.CheckpointCommits || bytes >= _node.Options.CheckpointLogBytes) && Interlocked.CompareExchange(ref _isSaving, 1, 0) == 0)
            _ = Task.Run(() => SaveAsync(index));
    }

    async Task SaveAsync(OpenIndex index)
    {
        await OneSaveAtATime.WaitAsync().ConfigureAwait(false);
        try
        {
            // Whatever becomes of it, the next one is due after as many changes again.
            index.ResetChanged();
            await index.SweepAsync(_node.Time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
            if (await _checkpoints.SaveAsync(index, CancellationToken.None).ConfigureAwait(false))
                CoreInstruments.IndexCheckpoints.Add(1);
        }
        catch (StoreUnavailableException)
        {
            CoreInstruments.CheckpointFailures.Add(1);
        }
        finally
        {
            OneSaveAtATime.Release();
            Volatile.Write(ref _isSaving, 0);
        }
        // For what changed meanwhile: there may be no later change to ask again.
        SaveIfDue(index);
    }
}
