using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaprMemory.Checker.History;
using DaprMemory.Hosting.Requests;

namespace DaprMemory.Cli.Torture;

/// <summary>One client: sends calls one after the other, passes its newest token on, and records what it was told.</summary>
internal sealed class TortureClient(RetryingSender sender, IReadOnlyList<Uri> shards, ClientRecorder recorder, string tenant, CallTally tally)
{
    const long NanosecondsPerSecond = 1_000_000_000;

    static readonly MediaTypeHeaderValue Json = new("application/json");

    readonly Dictionary<string, long> _seen = [];
    string? _token;

    /// <summary>Sends a call, again if need be, and records it.</summary>
    public async Task<Answer> CallAsync(PlannedCall planned)
    {
        planned = planned with { Intent = planned.Intent with { Seen = _seen.GetValueOrDefault(planned.Intent.Space) } };
        var intent = planned.Intent;
        var token = _token;
        var call = recorder.Begin(intent);
        var reply = await sender.SendAsync(attempt => NewRequest(planned, attempt, token)).ConfigureAwait(false);
        var answer = ToAnswer(planned, reply);
        call.End(answer);
        tally.Count(intent, reply, answer.Outcome);
        _token = reply.Token ?? _token;
        if (reply.Version > intent.Seen)
            _seen[intent.Space] = reply.Version;
        return answer;
    }

    HttpRequestMessage NewRequest(PlannedCall planned, int attempt, string? token)
    {
        var intent = planned.Intent;
        var (method, rest, body) = intent.Kind switch
        {
            OperationKind.Put => (HttpMethod.Put, $"state/{intent.Key}", intent.Value),
            OperationKind.Delete => (HttpMethod.Delete, $"state/{intent.Key}", null),
            OperationKind.Read => (HttpMethod.Get, $"state/{intent.Key}", null),
            _ when planned.IsList => (HttpMethod.Get, "state?limit=1000", null),
            _ => (HttpMethod.Post, "state/read", new JsonObject { ["keys"] = new JsonArray([.. planned.Keys]) }.ToJsonString()),
        };
        var path = new Uri($"/v1/{tenant}/{intent.Space}/{rest}", UriKind.Relative);
        var request = new HttpRequestMessage(method, planned.Shard is { } shard && attempt == 1 ? new Uri(shards[shard], path) : path);
        request.Headers.Add(MemoryHeaders.Consistency, NameOf(intent.Level));
        if (token is not null)
            request.Headers.Add(MemoryHeaders.Token, token);
        if (intent.RequestId is { } requestId)
            request.Headers.Add(MemoryHeaders.IdempotencyKey, requestId);
        if (attempt > 1)
            request.Headers.Add(MemoryHeaders.Attempt, attempt.ToString(CultureInfo.InvariantCulture));
        if (intent.Expected is { } expected)
            request.Headers.IfMatch.Add(new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{expected}\"")));
        if (intent.MustBeAbsent)
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        if (body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = Json } };
        return request;
    }

    static Answer ToAnswer(PlannedCall planned, Reply reply)
    {
        var intent = planned.Intent;
        var place = Place.TryParse(reply.ETag, out var read) ? read : (Place?)null;
        var age = reply.StaleSeconds * NanosecondsPerSecond;
        return reply.Status switch
        {
            HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.NoContent when intent.Kind == OperationKind.MultiRead =>
                new Answer(Outcome.Ok, Version: reply.Version, Items: ItemsOf(reply.Body, planned.Keys), Age: age),
            HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.NoContent =>
                new Answer(Outcome.Ok, place, intent.Kind == OperationKind.Read ? reply.Body : null, reply.Version, Age: age),
            HttpStatusCode.NotFound => new Answer(Outcome.NotFound, Version: reply.Version, Age: age),
            HttpStatusCode.PreconditionFailed => new Answer(Outcome.PreconditionFailed, Version: reply.Version),
            _ => new Answer(reply.MayBeDone ? Outcome.Unknown : Outcome.Failed),
        };
    }

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

    static string NameOf(Level level) => level switch
    {
        Level.Eventual => "eventual",
        Level.Session => "session",
        Level.Causal => "causal",
        _ => "strong",
    };
}
