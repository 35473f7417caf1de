namespace DaprMemory.Core.Search;

/// <summary>
/// The vectors of an index: a table for each dimension, so that queries of the old model are answered while those of a new one come in. The
/// old tables go when the new one has a vector for every memory.
/// </summary>
internal sealed class VectorTables
{
    readonly Dictionary<int, VectorTable> _byDimensions = [];
    VectorTable? _newest;

    /// <summary>How many memories have a vector of the newest dimension.</summary>
    public int Count => _newest?.Count ?? 0;

    public long EstimatedBytes => _byDimensions.Values.Sum(t => t.EstimatedBytes);

    /// <summary>The table that fits a query, if it holds anything.</summary>
    public VectorTable? Find(int dimensions) => _byDimensions.GetValueOrDefault(dimensions) is { Count: > 0 } table ? table : null;

    public void Set(int slot, ReadOnlySpan<float> vector, int memories)
    {
        if (!_byDimensions.TryGetValue(vector.Length, out var table))
            _byDimensions.Add(vector.Length, _newest = table = new VectorTable(vector.Length));
        table.Set(slot, vector);
        if (table != _newest || table.Count < memories || _byDimensions.Count == 1)
            return;
        _byDimensions.Clear();
        _byDimensions.Add(table.Dimensions, table);
    }

    public void Clear(int slot)
    {
        foreach (var table in _byDimensions.Values)
            table.Clear(slot);
    }
}
