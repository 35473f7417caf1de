using System.Text.Json.Serialization;

namespace DaprMemory.Core.Memories;

/// <summary>Where a memory comes from.</summary>
/// <param name="Session">The conversation.</param>
/// <param name="Turn">Its turn, from 1; null for no single one.</param>
public sealed record MemorySource(
    [property: JsonPropertyName("session")] string Session,
    [property: JsonPropertyName("turn")] long? Turn = null);
