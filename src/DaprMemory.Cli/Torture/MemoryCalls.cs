using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaprMemory.Checker.History;

namespace DaprMemory.Cli.Torture;

/// <summary>
/// Calls about memories, as they go over the wire. In the history a memory is a key like others; its value is its metadata, which tells one
/// write from another although all say the same.
/// </summary>
internal static class MemoryCalls
{
    // More than a space has.
    const int SearchLimit = 100;

    public static WireRequest NewRequest(PlannedCall planned)
    {
        var intent = planned.Intent;
        var one = $"memories/{(intent.Key.Length > 0 ? Cast.IdOf(intent.Key) : "")}";
        return intent.Kind switch
        {
            OperationKind.Put when Cast.IsSaid(intent.Key) => new WireRequest(HttpMethod.Post, "memories", BodyOf(intent)),
            OperationKind.Put => new WireRequest(HttpMethod.Put, one, BodyOf(intent)),
            OperationKind.Delete => new WireRequest(HttpMethod.Delete, one),
            OperationKind.Read => new WireRequest(HttpMethod.Get, one),
            OperationKind.MultiRead => new WireRequest(HttpMethod.Get, "memories?limit=1000"),
            _ => new WireRequest(
                HttpMethod.Post,
                "memories/search",
                new JsonObject { ["query"] = string.Join(' ', planned.Keys.Select(Cast.WordOf)), ["limit"] = SearchLimit }.ToJsonString()),
        };
    }

    /// <summary>The answer that an answer of success is.</summary>
    /// <exception cref="FormatException">It tells of another memory than was meant.</exception>
    public static Answer ToAnswer(PlannedCall planned, Reply reply)
    {
        var intent = planned.Intent;
        if (intent.Kind == OperationKind.Delete)
            return new Answer(Outcome.Ok, reply.Place, Version: reply.Version);
        using var json = JsonDocument.Parse(reply.Body);
        var root = json.RootElement;
        if (intent.IsMultiRead)
        {
            var items = root.GetProperty("items").EnumerateArray().Select(ItemOf).ToList();
            return new Answer(Outcome.Ok, Version: reply.Version, Items: [.. items, .. planned.Keys.Except(items.Select(item => item.Key)).Select(key => new ReadItem(key, null, null))]);
        }
        if (root.GetProperty("id").GetString() is var id && id != Cast.IdOf(intent.Key))
            throw new FormatException($"it is about {id}");
        if (intent.Kind == OperationKind.Read)
            return new Answer(Outcome.Ok, reply.Place, ItemOf(root).Value, reply.Version);
        // What is there already is not added again: that is what such an add wants.
        return reply.Status == HttpStatusCode.OK && Cast.IsSaid(intent.Key)
            ? new Answer(Outcome.PreconditionFailed, reply.Place, Version: reply.Version)
            : new Answer(Outcome.Ok, reply.Place, Version: reply.Version);
    }

    /// <summary>The value, in the history, of a memory as it stands in the log; null for a tombstone.</summary>
    public static string? ValueOf(JsonElement memory) => memory.ValueKind == JsonValueKind.Null ? null : memory.GetProperty("metadata").GetRawText();

    static string BodyOf(Operation put) =>
        new JsonObject { ["text"] = Cast.TextOf(put.Key, put.Value!), ["metadata"] = JsonNode.Parse(put.Value!) }.ToJsonString();

    // By what it says, not by its id: the same text under two ids is the same memory twice.
    static ReadItem ItemOf(JsonElement item)
    {
        var memory = item.GetProperty("memory");
        return new ReadItem(
            Cast.MemoryOf(memory.GetProperty("text").GetString()!),
            Place.TryParse(item.GetProperty("etag").GetString(), out var place) ? place : null,
            ValueOf(memory));
    }
}
