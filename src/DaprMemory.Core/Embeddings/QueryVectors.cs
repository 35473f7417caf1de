namespace DaprMemory.Core.Embeddings;

/// <summary>The vectors of queries: computed on demand, once for all who ask at the same time, and kept while they are used.</summary>
internal sealed class QueryVectors(Func<string, CancellationToken, Task<float[]>> embed, SchedulerOptions options, TimeProvider time) : IDisposable
{
    /// <summary>What nobody waits for any more is given up after so long.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    readonly Lock _lock = new();
    readonly Dictionary<string, LinkedListNode<(string Text, Task<float[]?> Vector)>> _entries = new(StringComparer.Ordinal);
    readonly LinkedList<(string Text, Task<float[]?> Vector)> _byUse = new();
    readonly SemaphoreSlim _slots = new(options.QueryConcurrency);
    readonly CancellationTokenSource _stopping = new();

    /// <summary>Gives the vector of a query; null if the model fails or the deadline comes first.</summary>
    public async Task<float[]?> GetAsync(string text, TimeSpan deadline, CancellationToken cancellationToken)
    {
        float[]? vector = null;
        try
        {
            vector = await Start(text).WaitAsync(deadline, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It goes on, for the next who asks.
        }
        if (vector is null)
            EmbeddingInstruments.QueriesWithoutVector.Add(1);
        return vector;
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _slots.Dispose();
        _stopping.Dispose();
    }

    Task<float[]?> Start(string text)
    {
        lock (_lock)
        {
            // A failure is not kept: the next who asks tries again.
            if (_entries.TryGetValue(text, out var node) && (!node.Value.Vector.IsCompleted || node.Value.Vector.Result is not null))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                return node.Value.Vector;
            }
            if (node is not null)
                _byUse.Remove(node);
            node = _byUse.AddFirst((text, Task.Run(() => EmbedAsync(text))));
            _entries[text] = node;
            if (_entries.Count > options.QueryCacheEntries)
            {
                _entries.Remove(_byUse.Last!.Value.Text);
                _byUse.RemoveLast();
            }
            return node.Value.Vector;
        }
    }

    async Task<float[]?> EmbedAsync(string text)
    {
        try
        {
            using var timeout = new CancellationTokenSource(Limit, time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, timeout.Token);
            await _slots.WaitAsync(limit.Token).ConfigureAwait(false);
            try
            {
                return await embed(text, limit.Token).ConfigureAwait(false);
            }
            finally
            {
                _slots.Release();
            }
        }
#pragma warning disable CA1031 // Whatever goes wrong with the model: the search goes on without it, and says so.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
