using System.Text.Json.Serialization;

namespace DaprMemory.Checker.History;

/// <summary>One line of a stored history: exactly one member is set.</summary>
sealed record HistoryLine(HistoryHeader? Header = null, Operation? Op = null, Operation? Final = null, LogEntry? Log = null);

/// <summary>A stored history's first line.</summary>
sealed record HistoryHeader(long Seed, bool HasLog);

/// <summary>The JSON of stored histories.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(HistoryLine))]
sealed partial class HistoryJsonContext : JsonSerializerContext;
