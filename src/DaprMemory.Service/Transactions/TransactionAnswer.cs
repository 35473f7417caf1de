using System.Text.Json.Serialization;

namespace DaprMemory.Service.Transactions;

/// <summary>What a transaction gave.</summary>
/// <param name="Version">The space's version that holds it.</param>
/// <param name="ETag">The ETag of all that it changed; absent when it only checked.</param>
/// <param name="Changes">One for each change of the request, in order.</param>
internal sealed record TransactionAnswer(
    long Version, [property: JsonPropertyName("etag")] string? ETag, IReadOnlyList<ChangeAnswer> Changes);

/// <summary>What became of one change.</summary>
/// <param name="Key">The record.</param>
/// <param name="ETag">Its ETag after the transaction; absent for a check.</param>
internal sealed record ChangeAnswer(string Key, [property: JsonPropertyName("etag")] string? ETag);
