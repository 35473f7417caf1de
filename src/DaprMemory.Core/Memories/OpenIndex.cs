using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using DaprMemory.Core.Embeddings;
using DaprMemory.Core.Log;
using DaprMemory.Core.Search;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Memories;

/// <summary>
/// The memories of a space at one version, which follows the space's commits. Commits wait in a queue; who needs a version makes it take
/// them. Searches run beside each other, and never beside a change: each sees all of a commit, or nothing.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphores have no handles: nothing to release.")]
internal sealed class OpenIndex
{
    const int MaxSearches = 32;
    const int MaxCommitsAtOnce = 64;
    // Measured, beside what the index itself says it takes.
    const int DocumentBytes = 300;
    const int NearTextBytes = 500;

    // A search takes one place, a change takes all.
    readonly SemaphoreSlim _places = new(MaxSearches);
    // Whose turn it is to change it. Nobody's until it has been filled.
    readonly SemaphoreSlim _turn = new(0, 1);
    readonly ConcurrentQueue<Commit> _waiting = new();
    readonly Dictionary<string, MemoryDocument> _documents = new(StringComparer.Ordinal);
    readonly IMemoryIndex _index;
    readonly Action<OpenIndex> _hasChanged;
    readonly VectorPipeline? _vectors;
    readonly FormerVectors? _former;
    readonly CancellationTokenSource _draining = new();
    readonly SessionTurns _turns = new();
    readonly NearTexts _near = new();
    Exception? _fault;
    long _version;
    long _bytes;
    long _changedBytes;
    int _changed;
    int _isCalled;

    /// <summary>Creates one that is to be filled.</summary>
    /// <param name="index">Finds the memories; empty.</param>
    /// <param name="hasChanged">Hears of it when commits have been taken.</param>
    /// <param name="newVectors">Makes what brings the memories their vectors, for whoever takes them; null when there is no model.</param>
    /// <param name="newFormer">Makes what brings those of the model before; null when there was none.</param>
    public OpenIndex(
        IMemoryIndex index,
        Action<OpenIndex> hasChanged,
        Func<Action<string, string, ReadOnlyMemory<float>>, VectorPipeline>? newVectors,
        Func<Action<string, string, ReadOnlyMemory<float>>, FormerVectors>? newFormer)
    {
        (_index, _hasChanged) = (index, hasChanged);
        _vectors = newVectors?.Invoke((id, text, vector) => index.SetVector(id, text, vector.Span));
        _former = newFormer?.Invoke((id, text, vector) => index.SetFormerVector(id, text, vector.Span));
    }

    /// <summary>Whether a commit could not be taken, so that the index is of no use any more.</summary>
    public bool IsBroken => Volatile.Read(ref _fault) is not null;

    public long EstimatedBytes => Volatile.Read(ref _bytes) + _index.EstimatedBytes;

    /// <summary>How many memories changed since this was last reset, and the bytes of their texts.</summary>
    public (int Count, long Bytes) Changed => (Volatile.Read(ref _changed), Volatile.Read(ref _changedBytes));

    public void ResetChanged()
    {
        Volatile.Write(ref _changed, 0);
        Volatile.Write(ref _changedBytes, 0);
    }

    /// <summary>Fills it before it is opened.</summary>
    /// <param name="document">A memory.</param>
    /// <param name="isSaved">Whether it stands in a checkpoint.</param>
    public void Add(MemoryDocument document, bool isSaved)
    {
        Put(document);
        if (!isSaved)
            Count(document.Text.Length);
    }

    /// <summary>Opens it at the version that it was filled for; the commits behind that have been queued.</summary>
    public void Open(long version)
    {
        // What was filled in is queued there by now. Nobody waits for vectors.
        _ = LoadVectorsAsync();
        Volatile.Write(ref _version, version);
        _turn.Release();
        _hasChanged(this);
        CallLater();
    }

    /// <summary>The text of which a query's vector is to be made.</summary>
    public string TextForVector(string query) => _index.TextForVector(query);

    /// <summary>Has no more vectors made, and saves those that were.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        await _draining.CancelAsync().ConfigureAwait(false);
        if (_vectors is not null)
            await _vectors.DrainAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether vectors are still being made, and more memories have one of the model before.</summary>
    public bool PrefersFormerModel => _vectors is { Backlog: > 0 } && _index.WithFormerVector > _index.Count - _index.WithoutVector;

    /// <summary>Queues a commit. Comes in the order of commits.</summary>
    public void Enqueue(Commit commit)
    {
        _waiting.Enqueue(commit);
        CallLater();
    }

    /// <summary>Takes commits until it is at least at a version that the space's view has.</summary>
    public async ValueTask ReachAsync(long version, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _version) < version)
            await CatchUpAsync(cancellationToken).ConfigureAwait(false);
        if (Volatile.Read(ref _version) < version)
            throw new InvalidOperationException($"the index is at version {_version} and can't take version {version}", _fault);
    }

    /// <summary>Searches; gives the version searched, the hits, and the memories of the turns around each.</summary>
    public async Task<MemorySearch> SearchAsync(MemoryQuery query, int reach, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var began = Stopwatch.GetTimestamp();
            var found = await _index.SearchAsync(query, cancellationToken).ConfigureAwait(false);
            CoreInstruments.IndexSearchSeconds.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
            return new MemorySearch(_version, found.Mode, _index.WithoutVector, [.. found.Hits.Select(hit => new FoundMemory(hit, Around(hit.Document, reach, query.Now)))]);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>The memories that fulfil a condition, and the version that they are of.</summary>
    public async Task<(long Version, List<MemoryDocument> Documents)> SelectAsync(Func<MemoryDocument, bool> condition, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return (_version, _documents.Values.Where(condition).ToList());
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>The memories outside of conversations that are much like a text, the most alike first.</summary>
    public async Task<List<SimilarMemory>> FindSimilarAsync(Likeness text, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return
            [
                .. _near.Near(text).Select(id => _documents[id])
                    .Where(document => !(document.ExpiresAt <= now))
                    .Select(document => new SimilarMemory(document.Id, document.ETag, text.To(new Likeness(document.Text))))
                    .Where(similar => similar.Score >= SimilarMemory.MinScore)
                    .OrderByDescending(similar => similar.Score).ThenBy(similar => similar.ETag)
                    .Take(SimilarMemory.MaxCount),
            ];
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Forgets the memories that have expired: they are not found any more anyway.</summary>
    public async Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await ChangeAsync(
                () =>
                {
                    foreach (var expired in _documents.Values.Where(document => document.ExpiresAt <= now).ToList())
                        Remove(expired.Id);
                }).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    IReadOnlyList<MemoryDocument> Around(MemoryDocument document, int reach, DateTimeOffset now) =>
        reach > 0 && document is { Session: { } session, Turn: { } turn }
            ? [.. _turns.Around(session, turn, reach).Where(id => id != document.Id).Select(id => _documents[id]).Where(near => !(near.ExpiresAt <= now))]
            : [];

    async Task LoadVectorsAsync()
    {
        try
        {
            if (_vectors is null)
                return;
            await _vectors.LoadAsync([], _draining.Token).ConfigureAwait(false);
            if (_former is null || _index.WithoutVector == 0)
                return;
            var (_, documents) = await SelectAsync(_ => true, _draining.Token).ConfigureAwait(false);
            await _former.LoadAsync(documents, _draining.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Drained.
        }
    }

    // Not by whoever commits: the space goes on meanwhile.
    void CallLater()
    {
        if (Interlocked.Exchange(ref _isCalled, 1) == 0)
            _ = Task.Run(() => CatchUpAsync(CancellationToken.None));
    }

    async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Volatile.Write(ref _isCalled, 0);
            if (_waiting.IsEmpty || IsBroken)
                return;
            while (!_waiting.IsEmpty)
            {
                var commits = new List<(Commit Commit, List<(string Id, MemoryDocument? Document)> Changes)>();
                while (commits.Count < MaxCommitsAtOnce && _waiting.TryDequeue(out var commit))
                    commits.Add((commit, MemoryChanges.Of(commit)));
                await ChangeAsync(() => commits.ForEach(commit => Apply(commit.Commit, commit.Changes))).ConfigureAwait(false);
            }
            _hasChanged(this);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Volatile.Write(ref _fault, e);
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    void Apply(Commit commit, List<(string Id, MemoryDocument? Document)> changes)
    {
        foreach (var (id, document) in changes)
        {
            if (document is null)
                Remove(id);
            else
                Put(document);
            Count(document?.Text.Length ?? 0);
        }
        Volatile.Write(ref _version, commit.Number);
    }

    /// <summary>Makes a change. Only for whose turn it is: two who took places at once would wait for each other.</summary>
    async Task ChangeAsync(Action change)
    {
        for (var taken = 0; taken < MaxSearches; taken++)
            await _places.WaitAsync().ConfigureAwait(false);
        try
        {
            change();
        }
        finally
        {
            _places.Release(MaxSearches);
        }
    }

    void Put(MemoryDocument document)
    {
        if (_documents.TryGetValue(document.Id, out var old))
            Forget(old);
        _documents[document.Id] = document;
        if (document is { Session: { } session, Turn: { } turn })
            _turns.Add(session, turn, document.Id);
        if (document.Session is null)
            _near.Add(document.Id, new Likeness(document.Text));
        Volatile.Write(ref _bytes, _bytes + SizeOf(document));
        _index.Put(document);
        if (old?.Text != document.Text)
            _vectors?.Enqueue(document.Id, document.Text);
    }

    void Remove(string id)
    {
        if (!_documents.Remove(id, out var old))
            return;
        Forget(old);
        _index.Remove(id);
    }

    void Forget(MemoryDocument old)
    {
        if (old is { Session: { } session, Turn: { } turn })
            _turns.Remove(session, turn, old.Id);
        if (old.Session is null)
            _near.Remove(old.Id, new Likeness(old.Text));
        Volatile.Write(ref _bytes, _bytes - SizeOf(old));
    }

    void Count(int bytes)
    {
        Interlocked.Increment(ref _changed);
        Interlocked.Add(ref _changedBytes, bytes);
    }

    static long SizeOf(MemoryDocument document) => DocumentBytes + (document.Session is null ? NearTextBytes : 0);
}
