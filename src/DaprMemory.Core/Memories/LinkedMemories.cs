using DaprMemory.Core.Search;

namespace DaprMemory.Core.Memories;

/// <summary>A memory and those that link to it.</summary>
/// <param name="Version">The version that was looked at.</param>
/// <param name="Memory">The memory; null: there is none.</param>
/// <param name="From">Those that link to it, in ordinal order of their ids.</param>
public sealed record LinkedMemories(long Version, MemoryDocument? Memory, IReadOnlyList<MemoryDocument> From);
