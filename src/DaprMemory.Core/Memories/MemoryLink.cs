using System.Text.Json.Serialization;

namespace DaprMemory.Core.Memories;

/// <summary>A link of a memory to another one, which need not exist.</summary>
/// <param name="To">The other one's id.</param>
/// <param name="Type">What the link means.</param>
public sealed record MemoryLink(
    [property: JsonPropertyName("to")] string To,
    [property: JsonPropertyName("type")] string Type)
{
    /// <summary>The type of links between near duplicates, made by the service.</summary>
    public const string Similar = "similar";

    /// <summary>The type under which a memory that supersedes another is listed among the links.</summary>
    public const string Supersedes = "supersedes";

    /// <summary>How much alike they are, from 0 to 1; on <see cref="Similar"/> links that the service made.</summary>
    [JsonPropertyName("score")]
    public double? Score { get; init; }
}
