namespace DaprMemory.Client;

/// <summary>A space that gave no answer to a search over several.</summary>
/// <param name="Space">The space.</param>
/// <param name="Reason">Why: <c>timeout</c>, <c>unavailable</c>, or <c>refused</c>.</param>
/// <param name="Status">The status of its refusal; null after a timeout.</param>
/// <param name="Type">The problem type of its refusal, such as <c>urn:daprmemory:invalid-token</c>.</param>
/// <param name="Detail">What it said.</param>
public sealed record MissingSpace(string Space, string Reason, int? Status = null, string? Type = null, string? Detail = null);
