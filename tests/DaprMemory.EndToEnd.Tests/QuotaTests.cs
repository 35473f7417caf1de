using System.Net;
using System.Text;
using System.Text.Json;
using DaprMemory.Cli.Up;
using DaprMemory.Client;
using DaprMemory.EndToEnd.Tests.Support;
using DaprMemory.Hosting.Tests.Tls;
using DaprMemory.LocalSidecar;

namespace DaprMemory.EndToEnd.Tests;

/// <summary>Quotas at the router before real shards.</summary>
public sealed class QuotaTests : IAsyncLifetime, IDisposable
{
    readonly DataFolder _data = new();
    LocalCluster _cluster = null!;
    HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _cluster = await LocalCluster.StartAsync(new LocalClusterOptions
        {
            DataPath = _data.Path,
            Insecure = true,
            Synchronous = SqliteSynchronous.Normal,
            RouterSettings = new Dictionary<string, string?>
            {
                ["Quotas:Patience"] = "00:00:00",
                // None comes back while a test runs.
                ["Quotas:Tenants:noisy:RequestsPerSecond"] = "0.001",
                ["Quotas:Tenants:noisy:RequestBurst"] = "5",
                ["Quotas:Tenants:patient:RequestsPerSecond"] = "1",
                ["Quotas:Tenants:watching:WatchStreams"] = "2",
            },
        });
        _client = new HttpClient { BaseAddress = _cluster.RouterAddress };
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    public void Dispose()
    {
        _client.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task Flood_is_refused_and_nothing_of_it_is_half_written()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(async i =>
        {
            using var body = new StringContent("1", Encoding.UTF8, "application/json");
            using var answer = await _client.PutAsync($"/v1/noisy/notes/state/k{i}", body);
            return (Key: $"k{i}", answer.StatusCode, RetryAfter: answer.Headers.RetryAfter?.Delta);
        }));

        var written = answers.Where(answer => answer.StatusCode == HttpStatusCode.Created).Select(answer => answer.Key).ToList();
        written.Count.ShouldBe(5);
        answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ShouldAllBe(answer => answer.RetryAfter > TimeSpan.FromMinutes(10));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ShouldBe(25);
        using var shard = new HttpClient { BaseAddress = _cluster.ShardAddresses[0] };
        var list = JsonDocument.Parse(await shard.GetStringAsync("/v1/noisy/notes/state")).RootElement.GetProperty("items");
        list.EnumerateArray().Select(item => item.GetProperty("key").GetString()).ShouldBe(written.Order(StringComparer.Ordinal));
        (await _client.PutAsync("/v1/quiet/notes/state/k", new StringContent("1", Encoding.UTF8, "application/json"))).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Client_that_is_refused_comes_again_when_it_was_told_to()
    {
        using var client = new MemoryClient(_cluster.RouterAddress, new MemoryClientOptions { Tenant = "patient", MaxAttempts = 20 });
        var space = client.Space("notes");

        for (var i = 0; i < 3; i++)
            (await space.PutAsync("plan", "1"u8.ToArray())).ShouldBeOfType<WriteResult.Written>().ETag.ToString().ShouldBe($"{i + 1}.0");
    }

    [Fact]
    public async Task Watches_count_until_their_clients_are_gone()
    {
        using var first = await WatchAsync("notes");
        var second = await WatchAsync("plans");
        (first.StatusCode, second.StatusCode).ShouldBe((HttpStatusCode.OK, HttpStatusCode.OK));

        using (var third = await WatchAsync("others"))
        {
            third.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            (await third.Content.ReadAsStringAsync()).ShouldContain("\"quota\":\"watch-streams\"");
        }
        // It just goes away, and the router has to find out.
        second.Dispose();
        await TlsHost.UntilAsync(async () =>
        {
            using var again = await WatchAsync("others");
            return again.StatusCode == HttpStatusCode.OK;
        });
    }

    Task<HttpResponseMessage> WatchAsync(string space) => _client.GetAsync($"/v1/watching/{space}/watch?after=0", HttpCompletionOption.ResponseHeadersRead);
}
