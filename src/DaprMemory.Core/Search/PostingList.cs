namespace DaprMemory.Core.Search;

/// <summary>The memories in which a term stands, in no order. Each memory knows its place, so that leaving costs one step.</summary>
internal sealed class PostingList
{
    Posting[] _items = [];

    public int Count { get; private set; }

    public ReadOnlySpan<Posting> Items => _items.AsSpan(0, Count);

    public int Add(Posting posting)
    {
        if (Count == _items.Length)
            Array.Resize(ref _items, Count == 0 ? 1 : Count * 2);
        _items[Count] = posting;
        return Count++;
    }

    /// <summary>Removes the posting at a place, and tells which one has moved there.</summary>
    public bool RemoveAt(int place, out Posting moved)
    {
        moved = _items[--Count];
        _items[place] = moved;
        return place < Count;
    }

    /// <summary>How often a term stands in the memory of a slot.</summary>
    public readonly record struct Posting(int Slot, int Times);
}
