namespace DaprMemory.Core.Log;

/// <summary>A commit as it stands in the log.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Json">Its JSON text, UTF-8.</param>
public readonly record struct StoredCommit(long Number, ReadOnlyMemory<byte> Json);
