using System.Text.Json.Serialization;

namespace DaprMemory.Service.Dapr;

/// <summary>What Dapr stores for us: UTF-8 text as one JSON string, because Dapr's HTTP API pushes JSON numbers through float64.</summary>
/// <param name="Text">The text, UTF-8.</param>
[JsonConverter(typeof(CommitPayloadConverter))]
internal readonly record struct CommitPayload(ReadOnlyMemory<byte>? Text);
