namespace DaprMemory.Core.Search;

/// <summary>The best of many memories: by their sums, and among equals by their ids, so that the order in which they came does not show.</summary>
internal sealed class TopHits(int capacity)
{
    readonly PriorityQueue<(IndexedMemory Memory, float Sum), (float Sum, string Id)> _worstFirst = new(WorstFirst);

    /// <summary>Whether a memory with such a sum may still be among the best.</summary>
    public bool MayTake(float sum) => _worstFirst.Count < capacity || _worstFirst.TryPeek(out var worst, out _) && sum >= worst.Sum;

    public void Add(IndexedMemory memory, float sum)
    {
        if (!MayTake(sum))
            return;
        _worstFirst.Enqueue((memory, sum), (sum, memory.Document.Id));
        if (_worstFirst.Count > capacity)
            _worstFirst.Dequeue();
    }

    /// <summary>The best, the best one first. They are taken out.</summary>
    public List<(IndexedMemory Memory, float Sum)> Take()
    {
        var best = new List<(IndexedMemory, float)>(_worstFirst.Count);
        while (_worstFirst.TryDequeue(out var hit, out _))
            best.Add(hit);
        best.Reverse();
        return best;
    }

    static readonly IComparer<(float Sum, string Id)> WorstFirst = Comparer<(float Sum, string Id)>.Create(static (a, b) =>
        a.Sum.CompareTo(b.Sum) is var order && order != 0 ? order : string.CompareOrdinal(b.Id, a.Id));
}
