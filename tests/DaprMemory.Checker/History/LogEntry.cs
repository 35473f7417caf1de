namespace DaprMemory.Checker.History;

/// <summary>One change as it stands in a space's log.</summary>
/// <param name="Space">The space.</param>
/// <param name="At">Its commit and entry.</param>
/// <param name="RequestId">The idempotency key of the request; null if the log does not tell.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value set; null for a delete.</param>
public sealed record LogEntry(string Space, Place At, string? RequestId, string Key, string? Value);
