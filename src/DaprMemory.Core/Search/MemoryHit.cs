namespace DaprMemory.Core.Search;

/// <summary>A memory that was found.</summary>
/// <param name="Document">The memory.</param>
/// <param name="Score">How well it answers, from 0 to 1.</param>
/// <param name="Matched">Why.</param>
public readonly record struct MemoryHit(MemoryDocument Document, double Score, MatchReasons Matched);
