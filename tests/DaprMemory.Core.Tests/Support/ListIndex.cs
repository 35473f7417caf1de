using DaprMemory.Core.Search;

namespace DaprMemory.Core.Tests;

/// <summary>The plainest index: a list of what it was told. It finds all that is live and has the query's text in its own.</summary>
sealed class ListIndex : IMemoryIndex
{
    readonly Dictionary<string, MemoryDocument> _documents = [];
    int _changing;

    public int Count => _documents.Count;

    public int WithoutVector => _documents.Count;

    public long EstimatedBytes => 0;

    /// <summary>What a change does on top; may throw.</summary>
    public Action<string>? OnChange { get; init; }

    public void Put(MemoryDocument document) => Change(document.Id, () => _documents[document.Id] = document);

    public void Remove(string id) => Change(id, () => _documents.Remove(id));

    public bool SetVector(string id, string text, ReadOnlySpan<float> vector) => false;

    public async ValueTask<MemorySearchResult> SearchAsync(MemoryQuery query, CancellationToken cancellationToken)
    {
        var found = Select(query);
        await Task.Yield();
        // Whoever searches is alone with other searches, for as long as it takes.
        Select(query).ShouldBe(found);
        return new MemorySearchResult([.. found.Select(document => new MemoryHit(document, 1, MatchReasons.Keyword))], SearchMode.Keyword);
    }

    List<MemoryDocument> Select(MemoryQuery query)
    {
        Volatile.Read(ref _changing).ShouldBe(0);
        return _documents.Values.Where(document => !(document.ExpiresAt <= query.Now) && document.Text.Contains(query.Text, StringComparison.Ordinal)).Take(query.Limit).ToList();
    }

    void Change(string id, Action change)
    {
        Interlocked.Increment(ref _changing).ShouldBe(1);
        OnChange?.Invoke(id);
        change();
        Interlocked.Decrement(ref _changing);
    }
}
