namespace DaprMemory.Core.Search;

/// <summary>An index in memory. A search sees all changes that were made before it began, and none of those made after.</summary>
public sealed class MemoryIndex : IMemoryIndex, IDisposable
{
    readonly ReaderWriterLockSlim _lock = new(LockRecursionPolicy.NoRecursion);
    readonly MemoryTable _table;
    readonly Vocabulary _vocabulary = new();
    readonly AuthorDirectory _authors = new();
    readonly Ranker _ranker;
    readonly System.Collections.Concurrent.ConcurrentBag<SearchScratch> _scratches = [];

    /// <summary>Creates an empty index.</summary>
    public MemoryIndex(SearchOptions options)
    {
        var weights = new NeighbourWeights(options);
        _table = new MemoryTable(weights);
        _ranker = new Ranker(options, _table, _vocabulary, _authors, new LexicalScorer(options, weights, _table, _vocabulary));
    }

    /// <inheritdoc/>
    public int Count => Read(() => _table.Count);

    /// <inheritdoc/>
    public int WithoutVector => Count;

    /// <inheritdoc/>
    public void Put(MemoryDocument document)
    {
        var text = Tokenizer.Read(document.Text);
        _lock.EnterWriteLock();
        try
        {
            if (_table.Find(document.Id) is { } old)
                Remove(old);
            Add(document, text);
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <inheritdoc/>
    public void Remove(string id)
    {
        _lock.EnterWriteLock();
        try
        {
            if (_table.Find(id) is { } memory)
                Remove(memory);
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <inheritdoc/>
    public bool SetVector(string id, string text, ReadOnlySpan<float> vector)
    {
        if (_table.Find(id) is not {} memory) return false;
        (_ranker.Vectors ??= new VectorTable(vector.Length)).Set(memory.Slot, vector);
        return true;
    }

    internal List<(IndexedMemory Memory, float[] Signals)> Collect(MemoryQuery query)
    {
        var scratch = new SearchScratch();
        scratch.Grow(_table.Slots, _table.Numbers);
        return _ranker.Collect(query, scratch);
    }

    /// <inheritdoc/>
    public string TextForVector(string query)
    {
        var text = Tokenizer.Read(query);
        return FirstPerson.Rewrite(query, text, Read(() => _authors.FindIn(text)));
    }

    /// <inheritdoc/>
    public ValueTask<MemorySearchResult> SearchAsync(MemoryQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(() => Search(query)));
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    T Read<T>(Func<T> read)
    {
        _lock.EnterReadLock();
        try
        {
            return read();
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    void Add(MemoryDocument document, TokenizedText text)
    {
        var isEnglish = Language.MayBeEnglish(text);
        var times = new SortedDictionary<int, int>();
        foreach (var token in text.Tokens)
        {
            var term = _vocabulary.GetOrAdd(isEnglish ? PorterStemmer.Stem(token.Word) : token.Word);
            times[term] = times.GetValueOrDefault(term) + 1;
        }
        var memory = new IndexedMemory(document, text, [.. times.Keys]);
        _table.Add(memory);
        _authors.Add(document.Agent);
        for (var i = 0; i < memory.Terms.Length; i++)
            memory.Places[i] = _vocabulary[memory.Terms[i]].Add(new PostingList.Posting(memory.Slot, times[memory.Terms[i]]));
    }

    void Remove(IndexedMemory memory)
    {
        for (var i = 0; i < memory.Terms.Length; i++)
        {
            var term = memory.Terms[i];
            if (_vocabulary[term].RemoveAt(memory.Places[i], out var moved))
            {
                var other = _table.Memories[moved.Slot]!;
                other.Places[Array.BinarySearch(other.Terms, term)] = memory.Places[i];
            }
            _vocabulary.RemoveIfUnused(term);
        }
        _authors.Remove(memory.Document.Agent);
        _table.Remove(memory);
    }

    MemorySearchResult Search(MemoryQuery query)
    {
        if (_table.Count == 0 || query.Limit <= 0)
            return new MemorySearchResult([], SearchMode.Keyword);
        var scratch = _scratches.TryTake(out var kept) ? kept : new SearchScratch();
        scratch.Grow(_table.Slots, _table.Numbers);
        var hits = _ranker.Search(query, scratch);
        scratch.Clear();
        _scratches.Add(scratch);
        return new MemorySearchResult(hits.GetRange(0, Math.Min(query.Limit, hits.Count)), SearchMode.Keyword);
    }
}
