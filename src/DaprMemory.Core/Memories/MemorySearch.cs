using DaprMemory.Core.Search;

namespace DaprMemory.Core.Memories;

/// <summary>What a search of a space's memories found.</summary>
/// <param name="Version">The version that was searched: all of it, and nothing newer.</param>
/// <param name="Mode">By what they were found.</param>
/// <param name="Backlog">How many memories have no vector yet.</param>
/// <param name="Items">The memories, the best first.</param>
public sealed record MemorySearch(long Version, SearchMode Mode, int Backlog, IReadOnlyList<FoundMemory> Items)
{
    /// <summary>The model whose vectors were searched, or would have been; null when there is none.</summary>
    public string? Model { get; init; }
}

/// <summary>A memory that was found.</summary>
/// <param name="Hit">The memory, and why.</param>
/// <param name="Context">The memories of the turns around it, in order.</param>
public readonly record struct FoundMemory(MemoryHit Hit, IReadOnlyList<MemoryDocument> Context);
