using System.Text.Json;
using System.Text.Json.Nodes;
using DaprMemory.Checker.History;

namespace DaprMemory.Cli.Torture;

/// <summary>Calls about state keys, as they go over the wire.</summary>
internal static class StateCalls
{
    public static WireRequest NewRequest(PlannedCall planned)
    {
        var intent = planned.Intent;
        return intent.Kind switch
        {
            OperationKind.Put => new WireRequest(HttpMethod.Put, $"state/{intent.Key}", intent.Value),
            OperationKind.Delete => new WireRequest(HttpMethod.Delete, $"state/{intent.Key}"),
            OperationKind.Read => new WireRequest(HttpMethod.Get, $"state/{intent.Key}"),
            _ when planned.IsList => new WireRequest(HttpMethod.Get, "state?limit=1000"),
            _ => new WireRequest(HttpMethod.Post, "state/read", new JsonObject { ["keys"] = new JsonArray([.. planned.Keys]) }.ToJsonString()),
        };
    }

    /// <summary>The answer that an answer of success is.</summary>
    public static Answer ToAnswer(PlannedCall planned, Reply reply) => planned.Intent.Kind switch
    {
        OperationKind.MultiRead => new Answer(Outcome.Ok, Version: reply.Version, Items: ItemsOf(reply.Body, planned.Keys)),
        OperationKind.Read => new Answer(Outcome.Ok, reply.Place, reply.Body, reply.Version),
        _ => new Answer(Outcome.Ok, reply.Place, Version: reply.Version),
    };

    /// <summary>What the answer showed, and the keys that it did not show: those have no record.</summary>
    static List<ReadItem> ItemsOf(string body, IEnumerable<string> keys)
    {
        using var answer = JsonDocument.Parse(body);
        var items = answer.RootElement.GetProperty("items").EnumerateArray().Select(item => new ReadItem(
            item.GetProperty("key").GetString()!,
            item.TryGetProperty("etag", out var etag) && Place.TryParse(etag.GetString(), out var place) ? place : null,
            item.TryGetProperty("value", out var value) ? value.GetRawText() : null)).ToList();
        return [.. items, .. keys.Except(items.Select(item => item.Key)).Select(key => new ReadItem(key, null, null))];
    }
}
