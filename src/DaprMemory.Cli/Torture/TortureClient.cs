using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DaprMemory.Checker.History;
using DaprMemory.Hosting.Requests;

namespace DaprMemory.Cli.Torture;

/// <summary>One client: sends calls one after the other, passes its newest token on, and records what it was told.</summary>
internal sealed class TortureClient(RetryingSender sender, ClientRecorder recorder, string tenant, CallTally tally)
{
    static readonly MediaTypeHeaderValue Json = new("application/json");

    readonly Dictionary<string, long> _seen = [];
    string? _token;

    /// <summary>Sends a call, again if need be, and records it.</summary>
    /// <param name="intent">What is asked.</param>
    /// <param name="keys">Of a read of all keys, those that may be there.</param>
    public async Task<Answer> CallAsync(Operation intent, IEnumerable<string> keys)
    {
        intent = intent with { Seen = _seen.GetValueOrDefault(intent.Space) };
        var token = _token;
        var call = recorder.Begin(intent);
        var reply = await sender.SendAsync(() => NewRequest(intent, token)).ConfigureAwait(false);
        var answer = ToAnswer(intent, reply, keys);
        call.End(answer);
        tally.Count(intent, reply, answer.Outcome);
        _token = reply.Token ?? _token;
        if (reply.Version > intent.Seen)
            _seen[intent.Space] = reply.Version;
        return answer;
    }

    HttpRequestMessage NewRequest(Operation intent, string? token)
    {
        var method = intent.Kind switch
        {
            OperationKind.Put => HttpMethod.Put,
            OperationKind.Delete => HttpMethod.Delete,
            _ => HttpMethod.Get,
        };
        var rest = intent.Kind == OperationKind.MultiRead ? "state?limit=1000" : $"state/{intent.Key}";
        var request = new HttpRequestMessage(method, new Uri($"v1/{tenant}/{intent.Space}/{rest}", UriKind.Relative));
        request.Headers.Add(MemoryHeaders.Consistency, NameOf(intent.Level));
        if (token is not null)
            request.Headers.Add(MemoryHeaders.Token, token);
        if (intent.RequestId is { } requestId)
            request.Headers.Add(MemoryHeaders.IdempotencyKey, requestId);
        if (intent.Expected is { } expected)
            request.Headers.IfMatch.Add(new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{expected}\"")));
        if (intent.MustBeAbsent)
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        if (intent.Kind == OperationKind.Put)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(intent.Value!)) { Headers = { ContentType = Json } };
        return request;
    }

    static Answer ToAnswer(Operation intent, Reply reply, IEnumerable<string> keys)
    {
        var place = Place.TryParse(reply.ETag, out var read) ? read : (Place?)null;
        return reply.Status switch
        {
            HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.NoContent when intent.Kind == OperationKind.MultiRead =>
                new Answer(Outcome.Ok, Version: reply.Version, Items: ItemsOf(reply.Body, keys)),
            HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.NoContent =>
                new Answer(Outcome.Ok, place, intent.Kind == OperationKind.Read ? reply.Body : null, reply.Version),
            HttpStatusCode.NotFound => new Answer(Outcome.NotFound, Version: reply.Version),
            HttpStatusCode.PreconditionFailed => new Answer(Outcome.PreconditionFailed, Version: reply.Version),
            _ => new Answer(reply.MayBeDone ? Outcome.Unknown : Outcome.Failed),
        };
    }

    static List<ReadItem> ItemsOf(string body, IEnumerable<string> keys)
    {
        using var list = JsonDocument.Parse(body);
        var places = list.RootElement.GetProperty("items").EnumerateArray().ToDictionary(
            item => item.GetProperty("key").GetString()!,
            item => Place.TryParse(item.GetProperty("etag").GetString(), out var place)
                ? place
                : throw new FormatException($"'{item}' has no ETag of the form n.i."));
        return [.. keys.Union(places.Keys).Select(key => new ReadItem(key, places.TryGetValue(key, out var place) ? place : null, null))];
    }

    static string NameOf(Level level) => level switch
    {
        Level.Eventual => "eventual",
        Level.Session => "session",
        Level.Causal => "causal",
        _ => "strong",
    };
}
