using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using DaprMemory.Cli.Torture;

namespace DaprMemory.EndToEnd.Tests;

/// <summary>Router, services and sidecars as processes of their own, used and broken over plain HTTP.</summary>
public sealed class FleetTests : IAsyncLifetime
{
    readonly DataFolder _data = new();
    Fleet _fleet = null!;
    HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _fleet = await Fleet.StartAsync(_data.Path);
        _http = new HttpClient { BaseAddress = _fleet.Router };
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _fleet.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task Space_whose_shard_dies_goes_on_at_the_next_one()
    {
        var put = await PutAsync("notes", "a", "1");
        put.StatusCode.ShouldBe(HttpStatusCode.Created);
        var shard = int.Parse(put.Headers.GetValues("Memory-Shard").Single()["memory-".Length..], System.Globalization.CultureInfo.InvariantCulture);

        await _fleet.KillServiceAsync(shard);

        (await _http.GetStringAsync("/v1/default/notes/state/a")).ShouldBe("1");
        var again = await PutAsync("notes", "a", "2");
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
        again.Headers.GetValues("Memory-Shard").Single().ShouldNotBe($"memory-{shard}");

        await _fleet.StartServiceAsync(shard);
        using var strong = await SendAsync(_http, HttpMethod.Get, "a", null, null, space: "notes", strong: true);
        (await strong.Content.ReadAsStringAsync()).ShouldBe("2");
    }

    [Fact]
    public async Task Write_while_every_sidecar_is_down_is_refused_within_two_seconds_and_the_retry_succeeds()
    {
        (await PutAsync("notes", "a", "1")).StatusCode.ShouldBe(HttpStatusCode.Created);
        for (var shard = 0; shard < 3; shard++)
            await _fleet.KillSidecarAsync(shard);

        var began = Stopwatch.GetTimestamp();
        var refused = await PutAsync("notes", "a", "2", "retry-me");
        Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(2.5));
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        (await refused.Content.ReadAsStringAsync()).ShouldContain("\"outcome\":");

        for (var shard = 0; shard < 3; shard++)
            await _fleet.StartSidecarAsync(shard);
        HttpResponseMessage retried;
        for (var attempt = 0; ; attempt++)
        {
            retried = await PutAsync("notes", "a", "2", "retry-me");
            if (retried.IsSuccessStatusCode)
                break;
            attempt.ShouldBeLessThan(200);
        }
        (await _http.GetStringAsync("/v1/default/notes/state/a")).ShouldBe("2");
        (await _http.GetStringAsync("/v1/default/notes/commits")).Split("retry-me").Length.ShouldBe(2, "it stands once in the log");
    }

    [Fact]
    public async Task Two_shards_that_write_one_space_at_once_lose_nothing()
    {
        // Routing deliberately wrong: each request goes to a shard drawn by lot.
        var clients = _fleet.Services.Select(address => new HttpClient { BaseAddress = address }).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 12).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            for (var i = 0; i < 25; i++)
            {
                var id = $"{writer}-{i}";
                for (var attempt = 0; ; attempt++)
                {
                    var answer = await SendAsync(clients[random.Next(clients.Length)], HttpMethod.Patch, "counter", $"{{\"w{id}\":1}}", id);
                    if (answer.StatusCode == HttpStatusCode.NotFound)
                        answer = await SendAsync(clients[random.Next(clients.Length)], HttpMethod.Put, "counter", "{}", $"first-{id}", ifNoneMatch: true);
                    else if (answer.IsSuccessStatusCode)
                        break;
                    attempt.ShouldBeLessThan(50);
                }
            }
        })));

        using var answer = await SendAsync(_http, HttpMethod.Get, "counter", null, null, strong: true);
        var record = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
        record.RootElement.EnumerateObject().Count().ShouldBe(12 * 25);
        foreach (var client in clients)
            client.Dispose();
    }

    Task<HttpResponseMessage> PutAsync(string space, string key, string json, string? idempotencyKey = null) =>
        SendAsync(_http, HttpMethod.Put, key, json, idempotencyKey, space: space);

    static async Task<HttpResponseMessage> SendAsync(
        HttpClient http, HttpMethod method, string key, string? json, string? idempotencyKey, string space = "shared", bool ifNoneMatch = false, bool strong = false)
    {
        using var request = new HttpRequestMessage(method, $"/v1/default/{space}/state/{key}");
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        if (ifNoneMatch)
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        if (strong)
            request.Headers.Add("Memory-Consistency", "strong");
        return await http.SendAsync(request);
    }
}
