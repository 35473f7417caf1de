using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
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
        Answer answer;
        try
        {
            answer = ToAnswer(planned, reply) with { Age = reply.StaleSeconds * NanosecondsPerSecond };
            tally.Count(intent, reply, answer.Outcome);
        }
        catch (Exception e) when (e is FormatException or KeyNotFoundException or JsonException or InvalidOperationException)
        {
            answer = new Answer(Outcome.Unknown);
            tally.Note($"{intent.Kind} {intent.Space}/{intent.Key}: {e.Message} {reply.Body}");
        }
        call.End(answer);
        _token = reply.Token ?? _token;
        if (reply.Version > intent.Seen)
            _seen[intent.Space] = reply.Version;
        return answer;
    }

    HttpRequestMessage NewRequest(PlannedCall planned, int attempt, string? token)
    {
        var intent = planned.Intent;
        var (method, rest, body) = intent.IsOfSession ? TurnCalls.NewRequest(planned)
            : planned.IsOfMemories ? MemoryCalls.NewRequest(planned)
            : StateCalls.NewRequest(planned);
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

    static Answer ToAnswer(PlannedCall planned, Reply reply) => reply.Status switch
    {
        HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.NoContent =>
            planned.Intent.IsOfSession ? TurnCalls.ToAnswer(planned, reply)
            : planned.IsOfMemories ? MemoryCalls.ToAnswer(planned, reply)
            : StateCalls.ToAnswer(planned, reply),
        HttpStatusCode.NotFound => new Answer(Outcome.NotFound, Version: reply.Version),
        HttpStatusCode.PreconditionFailed => new Answer(Outcome.PreconditionFailed, Version: reply.Version),
        _ => new Answer(reply.MayBeDone ? Outcome.Unknown : Outcome.Failed),
    };

    static string NameOf(Level level) => level switch
    {
        Level.Eventual => "eventual",
        Level.Session => "session",
        Level.Causal => "causal",
        _ => "strong",
    };
}
