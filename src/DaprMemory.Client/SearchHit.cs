using System.Text.Json.Serialization;
using DaprMemory.Client.Transport;
using DaprMemory.Core.Memories;
using DaprMemory.Core.State;

namespace DaprMemory.Client;

/// <summary>A memory that was found.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ETag">The place of its last change.</param>
/// <param name="Score">How well it answers, from 0 to 1.</param>
/// <param name="Matched">Why it was found: <c>keyword</c>, <c>vector</c>, <c>context</c>, <c>author</c>, <c>time</c>, <c>links</c>, <c>recency</c>.</param>
/// <param name="Memory">What is remembered.</param>
/// <param name="ExpiresAt">When it ceases to exist, if ever.</param>
/// <param name="Context">The memories of the turns around it, in order; null unless asked for.</param>
/// <param name="Space">The space that it is in, after a search over several.</param>
public sealed record SearchHit(
    string Id,
    [property: JsonConverter(typeof(ETagConverter))] ETag ETag,
    double Score,
    IReadOnlyList<string> Matched,
    Memory Memory,
    DateTimeOffset? ExpiresAt = null,
    IReadOnlyList<StoredMemory>? Context = null,
    string? Space = null);
