using System.Text.Json;
using System.Text.Json.Serialization;

namespace DaprMemory.Client.Transport;

/// <summary>Problem details as the service sends them.</summary>
sealed record ProblemBody(string? Type, string? Title, string? Detail, string? Key, string? Etag, int? Index, string? Outcome);

/// <summary>A page of a list.</summary>
sealed record ListBody(IReadOnlyList<ListItem> Items, string? Next, long Version);

/// <summary>A line of a list.</summary>
sealed record ListItem(string Key, string Etag, IReadOnlyList<string>? Tags, DateTimeOffset? ExpiresAt);

/// <summary>A page of the log.</summary>
sealed record CommitsBody(IReadOnlyList<JsonElement> Items, long? Next, long Version);

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
sealed partial class WireJsonContext : JsonSerializerContext;
