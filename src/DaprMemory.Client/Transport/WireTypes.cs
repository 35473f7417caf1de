using System.Text.Json;
using System.Text.Json.Serialization;
using DaprMemory.Core.Sessions;

namespace DaprMemory.Client.Transport;

/// <summary>Problem details as the service sends them.</summary>
sealed record ProblemBody(string? Type, string? Title, string? Detail, string? Key, string? Etag, int? Index, string? Outcome);

/// <summary>A page of a list.</summary>
sealed record ListBody(IReadOnlyList<ListItem> Items, string? Next, long Version);

/// <summary>A line of a list.</summary>
sealed record ListItem(string Key, string Etag, IReadOnlyList<string>? Tags, DateTimeOffset? ExpiresAt);

/// <summary>A page of the log.</summary>
sealed record CommitsBody(IReadOnlyList<JsonElement> Items, long? Next, long Version);

/// <summary>A page of sessions.</summary>
sealed record SessionsBody(IReadOnlyList<SessionItem> Items, string? Next);

/// <summary>A line of a list of sessions.</summary>
sealed record SessionItem(string Session, DateTimeOffset? ExpiresAt);

/// <summary>What an append gave.</summary>
sealed record AppendBody(long First, long Last);

/// <summary>Turns of a session.</summary>
sealed record TurnsBody(IReadOnlyList<TurnBody> Turns, IReadOnlyList<TurnRange>? Missing, long Newest, long? Next, Summary? Summary);

/// <summary>One turn.</summary>
sealed record TurnBody(long N, string Role, JsonElement? Text, JsonElement? Parts, string Agent, DateTimeOffset At, JsonElement? Metadata);

/// <summary>What a transaction did.</summary>
sealed record TransactionBody(long Version, string? Etag, IReadOnlyList<ChangeBody> Changes);

/// <summary>What a transaction did to one record.</summary>
sealed record ChangeBody(string Key, string? Etag);

/// <summary>The generated deserializers of the bodies.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = false)]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(ListBody))]
[JsonSerializable(typeof(CommitsBody))]
[JsonSerializable(typeof(TransactionBody))]
[JsonSerializable(typeof(SessionsBody))]
[JsonSerializable(typeof(AppendBody))]
[JsonSerializable(typeof(TurnsBody))]
sealed partial class WireJsonContext : JsonSerializerContext;
