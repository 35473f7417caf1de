namespace DaprMemory.Client;

/// <summary>A memory that is much like another.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Score">How much, up to 1.</param>
public sealed record MemorySimilarity(string Id, double Score);
