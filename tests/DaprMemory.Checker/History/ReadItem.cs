namespace DaprMemory.Checker.History;

/// <summary>What an answer showed of one key.</summary>
/// <param name="Key">The key.</param>
/// <param name="ETag">The place of its last change; null when it showed that there is no record.</param>
/// <param name="Value">The value; null when there is no record, or when the answer shows ETags only.</param>
public readonly record struct ReadItem(string Key, Place? ETag, string? Value);
