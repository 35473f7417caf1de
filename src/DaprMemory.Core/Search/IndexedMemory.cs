namespace DaprMemory.Core.Search;

/// <summary>A memory in an index, with what was read out of its text once.</summary>
internal sealed class IndexedMemory(MemoryDocument document, int[] terms, int[] places, int words)
{
    public MemoryDocument Document { get; } = document;

    /// <summary>Where the index keeps it.</summary>
    public int Slot { get; set; }

    /// <summary>Its terms, in ascending order.</summary>
    public int[] Terms { get; } = terms;

    /// <summary>For each term, the place of its posting.</summary>
    public int[] Places { get; } = places;

    /// <summary>How many words its text has.</summary>
    public int Words { get; } = words;

    /// <summary>The conversation that it belongs to.</summary>
    public Conversation? Conversation { get; set; }

    public bool HasTerm(int term) => Array.BinarySearch(Terms, term) >= 0;
}
