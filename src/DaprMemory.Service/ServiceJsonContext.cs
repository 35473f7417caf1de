using System.Text.Json.Serialization;
using DaprMemory.Service.Commits;
using DaprMemory.Service.Memories;
using DaprMemory.Service.Sessions;
using DaprMemory.Service.Spaces;
using DaprMemory.Service.State;
using DaprMemory.Service.Transactions;
using DaprMemory.Service.Writes;

namespace DaprMemory.Service;

/// <summary>How the answers of the service look as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WriteAnswer))]
[JsonSerializable(typeof(StateList))]
[JsonSerializable(typeof(StateValues))]
[JsonSerializable(typeof(TransactionAnswer))]
[JsonSerializable(typeof(CommitList))]
[JsonSerializable(typeof(AppendAnswer))]
[JsonSerializable(typeof(TurnList))]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(SpaceList))]
[JsonSerializable(typeof(MemoryAnswer))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(MemoryItem))]
[JsonSerializable(typeof(MemoryList))]
[JsonSerializable(typeof(SearchAnswer))]
[JsonSerializable(typeof(SpacesSearchAnswer))]
[JsonSerializable(typeof(LinksAnswer))]
internal sealed partial class ServiceJsonContext : JsonSerializerContext;
