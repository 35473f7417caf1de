using System.Text.Json.Serialization;
using DaprMemory.Client.Transport;
using DaprMemory.Core.State;

namespace DaprMemory.Client;

/// <summary>A memory of a turn.</summary>
/// <param name="Turn">The turn's number.</param>
/// <param name="Id">The memory's id.</param>
/// <param name="ETag">Its ETag.</param>
/// <param name="Duplicate">Whether it was there already, and nothing was added.</param>
public sealed record RememberedTurn(long Turn, string Id, [property: JsonConverter(typeof(ETagConverter))] ETag ETag, bool Duplicate = false);
