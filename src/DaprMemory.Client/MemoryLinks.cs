using System.Text.Json.Serialization;
using DaprMemory.Client.Transport;
using DaprMemory.Core.State;

namespace DaprMemory.Client;

/// <summary>The links of a memory.</summary>
/// <param name="Id">The memory.</param>
/// <param name="ETag">Its ETag.</param>
/// <param name="Version">The version that was looked at.</param>
/// <param name="Outgoing">Its links to others.</param>
/// <param name="Incoming">The links of others to it.</param>
/// <param name="Left">How many more memories link to it.</param>
public sealed record MemoryLinks(
    string Id,
    [property: JsonConverter(typeof(ETagConverter))] ETag ETag,
    long Version,
    IReadOnlyList<LinkedMemory> Outgoing,
    IReadOnlyList<LinkedMemory> Incoming,
    int Left = 0);

/// <summary>The other end of a link.</summary>
/// <param name="Id">The memory there.</param>
/// <param name="Type">What the link means.</param>
/// <param name="Score">How much the two are alike, on links that the service made.</param>
public sealed record LinkedMemory(string Id, string Type, double? Score = null);
