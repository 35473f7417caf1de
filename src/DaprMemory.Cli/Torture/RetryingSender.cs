using System.Globalization;
using System.Net;
using System.Text.Json;
using DaprMemory.Hosting.Requests;

namespace DaprMemory.Cli.Torture;

/// <summary>Sends a request again, with the same idempotency key, until there is a definite answer or the patience is at its end.</summary>
internal sealed class RetryingSender(HttpClient http, TimeSpan patience, TimeProvider time)
{
    static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(4);
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Sends what <paramref name="newRequest"/> makes, anew for each attempt, whose number it gets, from 1.</summary>
    /// <param name="newRequest">Makes the request.</param>
    /// <param name="losesAnswer">Whether the first definite answer is lost on its way: the client never hears of it, and asks again.</param>
    public async Task<Reply> SendAsync(Func<int, HttpRequestMessage> newRequest, bool losesAnswer = false)
    {
        var began = time.GetTimestamp();
        var mayBeDone = false;
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            var reply = await TryOnceAsync(newRequest, attempt).ConfigureAwait(false);
            if (reply.Status is not null && !losesAnswer)
                return reply;
            losesAnswer &= reply.Status is null;
            mayBeDone |= reply.MayBeDone;
            if (time.GetElapsedTime(began) + pause >= patience)
                return reply with { Status = null, MayBeDone = mayBeDone };
            await Task.Delay(pause, time).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    async Task<Reply> TryOnceAsync(Func<int, HttpRequestMessage> newRequest, int attempt)
    {
        using var timeLimit = new CancellationTokenSource(AttemptTimeout, time);
        try
        {
            using var request = newRequest(attempt);
            using var response = await http.SendAsync(request, timeLimit.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsStringAsync(timeLimit.Token).ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
                return new Reply(null, attempt, MayBeDone: !SaysNothingWasDone(body));
            return new Reply(response.StatusCode, attempt, MayBeDone: true)
            {
                ETag = Header("ETag"),
                Version = Number(MemoryHeaders.Version),
                StaleSeconds = Number("Memory-Staleness"),
                Token = Header(MemoryHeaders.Token),
                Body = body,
            };

            long Number(string name) =>
                long.TryParse(Header(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

            string? Header(string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : null;
        }
        catch (HttpRequestException e)
        {
            return new Reply(null, attempt, MayBeDone: e.HttpRequestError != HttpRequestError.ConnectionError);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return new Reply(null, attempt, MayBeDone: true);
        }
    }

    static bool SaysNothingWasDone(string body)
    {
        try
        {
            using var problem = JsonDocument.Parse(body);
            return problem.RootElement.TryGetProperty("outcome", out var outcome) && outcome.ValueEquals("none");
        }
        catch (JsonException) // not our problem details, so they say nothing
        {
            return false;
        }
    }
}
