namespace DaprMemory.Core.Search;

/// <summary>The memories of one session; those that have turns stand in their order.</summary>
internal sealed class Conversation(string session, int number)
{
    readonly List<IndexedMemory> _turns = [];

    public string Session { get; } = session;

    /// <summary>Its number in the index.</summary>
    public int Number { get; } = number;

    public HashSet<int> Slots { get; } = [];

    /// <summary>How many words all of its memories have.</summary>
    public long Words { get; private set; }

    public IReadOnlyList<IndexedMemory> Turns => _turns;

    /// <summary>Adds a memory.</summary>
    /// <returns>Its place among the turns; negative if it has none.</returns>
    public int Add(IndexedMemory memory)
    {
        Slots.Add(memory.Slot);
        Words += memory.Words;
        if (memory.Document.Turn is null)
            return -1;
        var place = ~_turns.BinarySearch(memory, ByTurn);
        _turns.Insert(place, memory);
        return place;
    }

    /// <summary>Removes a memory.</summary>
    /// <returns>The place that it had among the turns; negative if it had none.</returns>
    public int Remove(IndexedMemory memory)
    {
        Slots.Remove(memory.Slot);
        Words -= memory.Words;
        if (memory.Document.Turn is null)
            return -1;
        var place = _turns.BinarySearch(memory, ByTurn);
        _turns.RemoveAt(place);
        return place;
    }

    // Two memories of one turn stand in the order of their ids.
    static readonly IComparer<IndexedMemory> ByTurn = Comparer<IndexedMemory>.Create(static (a, b) =>
        a.Document.Turn!.Value.CompareTo(b.Document.Turn!.Value) is var order && order != 0 ? order : string.CompareOrdinal(a.Document.Id, b.Document.Id));
}
