namespace DaprMemory.Core.Search;

/// <summary>
/// The vectors of an index: those of its model, and, until every memory has one, those of the model before it, so that its queries go on being
/// answered meanwhile.
/// </summary>
internal sealed class VectorTables
{
    VectorTable? _current;
    VectorTable? _former;

    /// <summary>How many memories have a vector of the model.</summary>
    public int Count => _current?.Count ?? 0;

    /// <summary>How many have one of the model before it.</summary>
    public int FormerCount => _former?.Count ?? 0;

    public long EstimatedBytes => (_current?.EstimatedBytes ?? 0) + (_former?.EstimatedBytes ?? 0);

    /// <summary>The table that fits a query's vector, if it holds anything.</summary>
    public VectorTable? Find(int dimensions, bool isFormer) =>
        (isFormer ? _former : _current) is { Count: > 0 } table && table.Dimensions == dimensions ? table : null;

    public void Set(int slot, ReadOnlySpan<float> vector, int memories)
    {
        _current = Fitting(_current, vector.Length);
        _current.Set(slot, vector);
        if (Count >= memories)
            _former = null;
    }

    /// <returns>Whether anybody needs it still.</returns>
    public bool SetFormer(int slot, ReadOnlySpan<float> vector, int memories)
    {
        if (Count >= memories)
            return false;
        _former = Fitting(_former, vector.Length);
        _former.Set(slot, vector);
        return true;
    }

    public void Clear(int slot)
    {
        _current?.Clear(slot);
        _former?.Clear(slot);
    }

    // One model's vectors have one length; with another, those before are of no use.
    static VectorTable Fitting(VectorTable? table, int dimensions) => table?.Dimensions == dimensions ? table : new VectorTable(dimensions);
}
