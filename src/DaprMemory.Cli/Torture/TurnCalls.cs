using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaprMemory.Checker.History;

namespace DaprMemory.Cli.Torture;

/// <summary>Calls about sessions, as they go over the wire.</summary>
internal static class TurnCalls
{
    public static WireRequest NewRequest(PlannedCall planned)
    {
        var intent = planned.Intent;
        var session = $"sessions/{intent.Key}";
        return intent.Kind switch
        {
            OperationKind.Append => new WireRequest(HttpMethod.Post, $"{session}/turns", BodyOf(intent.Turns!)),
            OperationKind.DeleteSession => new WireRequest(HttpMethod.Delete, session),
            _ when intent.Before > 0 => Read(string.Create(CultureInfo.InvariantCulture, $"before={intent.Before}&limit={intent.Limit}")),
            _ => Read(string.Create(CultureInfo.InvariantCulture, $"{(planned.IsList ? "limit" : "last")}={intent.Limit}")),
        };

        WireRequest Read(string query) => new(HttpMethod.Get, $"{session}/turns?{query}");
    }

    /// <summary>The answer that an answer of success is.</summary>
    /// <exception cref="FormatException">It tells of another number of turns than were appended, or of some that are lost.</exception>
    public static Answer ToAnswer(PlannedCall planned, Reply reply)
    {
        var intent = planned.Intent;
        if (intent.Kind == OperationKind.DeleteSession)
            return new Answer(Outcome.Ok, reply.Place, Version: reply.Version);
        using var json = JsonDocument.Parse(reply.Body);
        var root = json.RootElement;
        if (intent.Kind == OperationKind.Append)
        {
            var (first, last) = (root.GetProperty("first").GetInt64(), root.GetProperty("last").GetInt64());
            return last - first + 1 == intent.Turns!.Count
                ? new Answer(Outcome.Ok, Version: reply.Version) { Turns = [.. intent.Turns.Select((turn, i) => turn with { Number = first + i })] }
                : throw new FormatException($"turns {first} to {last} are not {intent.Turns.Count}");
        }
        if (root.TryGetProperty("missing", out var missing))
            throw new FormatException($"the store lost nothing, but these are missing: {missing}");
        return new Answer(Outcome.Ok, Version: reply.Version)
        {
            Newest = root.GetProperty("newest").GetInt64(),
            Turns = [.. root.GetProperty("turns").EnumerateArray().Select(turn => new Turn(turn.GetProperty("n").GetInt64(), turn.GetProperty("text").GetString()!))],
        };
    }

    static string BodyOf(IReadOnlyList<Turn> turns)
    {
        var bodies = turns.Select(turn => new JsonObject { ["role"] = "user", ["text"] = turn.Text }).ToArray();
        return (bodies is [var only] ? only : new JsonObject { ["turns"] = new JsonArray([.. bodies]) }).ToJsonString();
    }
}
