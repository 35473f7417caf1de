using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;

namespace DaprMemory.Core.Search;

/// <summary>An index in memory. A search sees all changes that were made before it began, and none of those made after.</summary>
/// <param name="options">How it weighs.</param>
[SuppressMessage("Design", "CA1001", Justification = "A search may still hold the lock when the index is let go; what it holds is collected with it.")]
public sealed class MemoryIndex(SearchOptions options) : IMemoryIndex
{
    readonly ReaderWriterLockSlim _lock = new(LockRecursionPolicy.NoRecursion);
    readonly ConcurrentBag<SearchScratch> _scratches = [];
    readonly IndexContents _contents = new(options);

    /// <inheritdoc/>
    public int Count => Read(static contents => contents.Table.Count);

    /// <inheritdoc/>
    public int WithoutVector => Read(static contents => contents.Table.Count - contents.Vectors.Count);

    /// <inheritdoc/>
    public int WithFormerVector => Read(static contents => contents.Vectors.FormerCount);

    /// <inheritdoc/>
    public long EstimatedBytes => Read(static contents => contents.EstimatedBytes);

    /// <inheritdoc/>
    public void Put(MemoryDocument document)
    {
        // Reading the text takes longest, and needs no lock.
        var text = Tokenizer.Read(document.Text);
        var isEnglish = Language.MayBeEnglish(text);
        var terms = new string[text.Tokens.Count];
        for (var i = 0; i < terms.Length; i++)
            terms[i] = isEnglish ? PorterStemmer.Stem(text.Tokens[i].Word) : text.Tokens[i].Word;
        _lock.EnterWriteLock();
        try
        {
            _contents.Put(document, text, terms);
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
            _contents.Remove(id);
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <inheritdoc/>
    public bool SetVector(string id, string text, ReadOnlySpan<float> vector) => SetVector(id, text, vector, isFormer: false);

    /// <inheritdoc/>
    public bool SetFormerVector(string id, string text, ReadOnlySpan<float> vector) => SetVector(id, text, vector, isFormer: true);

    bool SetVector(string id, string text, ReadOnlySpan<float> vector, bool isFormer)
    {
        // A model that fails in its arithmetic gives numbers that are none.
        if (vector.IsEmpty || !TensorPrimitives.IsFiniteAll(vector))
            return false;
        _lock.EnterWriteLock();
        try
        {
            if (_contents.Table.Find(id) is not { } memory || !string.Equals(memory.Document.Text, text, StringComparison.Ordinal))
                return false;
            if (isFormer)
                return _contents.Vectors.SetFormer(memory.Slot, vector, _contents.Table.Count);
            _contents.Vectors.Set(memory.Slot, vector, _contents.Table.Count);
            return true;
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <inheritdoc/>
    public string TextForVector(string query)
    {
        var text = Tokenizer.Read(query);
        return FirstPerson.Rewrite(text, Read(contents => contents.Authors.FindIn(text)));
    }

    /// <inheritdoc/>
    public ValueTask<MemorySearchResult> SearchAsync(MemoryQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Run((ranker, scratch) => ranker.Search(query, scratch)));
    }

    /// <summary>Reads what speaks for the memories that may answer a query of which it is known what does.</summary>
    /// <param name="query">The query.</param>
    /// <param name="answers">The ids of the memories that answer it.</param>
    public JudgedQuestion Judge(MemoryQuery query, IReadOnlySet<string> answers) => Run((ranker, scratch) => ranker.Judge(query, answers, scratch));

    // A scratch of a search that failed is not used again: it may not be clean.
    T Run<T>(Func<Ranker, SearchScratch, T> search)
    {
        var scratch = _scratches.TryTake(out var kept) ? kept : new SearchScratch();
        var result = Read(contents => search(new Ranker(contents), scratch));
        scratch.Clear();
        if (_scratches.Count < Environment.ProcessorCount)
            _scratches.Add(scratch);
        return result;
    }

    T Read<T>(Func<IndexContents, T> read)
    {
        _lock.EnterReadLock();
        try
        {
            return read(_contents);
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }
}
