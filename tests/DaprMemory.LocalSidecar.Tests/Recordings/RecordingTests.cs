using System.Text.Json;
using System.Text.Json.Nodes;
using DaprMemory.LocalSidecar.Tests.Actors;

namespace DaprMemory.LocalSidecar.Tests.Recordings;

/// <summary>Replays what was asked of a real daprd and holds our answers against its.</summary>
public sealed class RecordingTests
{
    // Of other building blocks, and the query API of PostgreSQL v1, which no product code uses.
    static readonly string[] NotServed =
        ["/secrets", "/bindings", "/configuration", "/lock", "/invoke/app-b", "/invoke/http", "/echo2", "state/state-pg/query"];

    [Theory]
    [InlineData("state.txt", "state-mem")]
    [InlineData("state.txt", "state-redis")]
    [InlineData("state.txt", "state-pg")]
    [InlineData("state.txt", "state-pgv2")]
    [InlineData("state.txt", "state-sqlite")]
    [InlineData("misc.txt", "")]
    [InlineData("more.txt", "")]
    public async Task Recorded_requests_get_the_recorded_answers(string file, string about)
    {
        var time = new ManualTime();
        using var folder = Stores();
        await using var host = await SidecarHost.StartAsync(folder.Options() with { Time = time });
        using var dapr = new DaprClient(host.AddressOf("app-a"));
        // The recorder had saved this one in a run of its own.
        await dapr.PostAsync("/v1.0/state/state-redis", """[{"key":"e1","value":1}]""");

        var exchanges = RecordedExchange.Read(file)
            .Where(exchange => exchange.Path.Contains(about + "/", StringComparison.Ordinal) || exchange.Path.EndsWith(about, StringComparison.Ordinal))
            // daprd 1.18 has what 1.16 did not.
            .Where(exchange => !exchange.Path.StartsWith("/v1.0/publish/bulk/", StringComparison.Ordinal))
            .Where(exchange => !NotServed.Any(path => exchange.Path.Contains(path, StringComparison.Ordinal)))
            .ToList();
        exchanges.Count.ShouldBeGreaterThan(10);
        await ReplayAsync(exchanges, dapr, time);
    }

    [Fact]
    public async Task Recorded_requests_with_and_without_token_get_the_recorded_answers()
    {
        using var folder = Stores();
        await using var host = await SidecarHost.StartAsync(folder.Options() with { ApiToken = "tok" });
        using var dapr = new DaprClient(host.AddressOf("app-a"));

        await ReplayAsync(RecordedExchange.Read("token.txt"), dapr, new ManualTime());
    }

    [Fact]
    public async Task Recorded_requests_about_actors_get_the_recorded_answers()
    {
        using var folder = Stores().Add("actors", "state.sqlite", "v1", ("actorStateStore", "true"));
        await using var app = await ActorApp.StartAsync();
        await using var host = await SidecarHost.StartAsync(folder.Options(new SidecarApp("app-a", 0, app.Address)));
        using var dapr = new DaprClient(host.AddressOf("app-a"));
        while ((await dapr.GetAsync("/v1.0/healthz")).Status != System.Net.HttpStatusCode.NoContent)
            await Task.Yield();
        // Timers, which no product code uses; what needs no feature switched on any more since daprd 1.16; and what the recorder waited for without saying so.
        string[] left = ["actor state ttl", "actor ttl get", "get one-shot after it fired"];
        var exchanges = RecordedExchange.Read("actors.txt")
            .Where(exchange => !exchange.Path.Contains("/timers", StringComparison.Ordinal) && !left.Contains(exchange.Name))
            .ToList();
        exchanges.Count.ShouldBeGreaterThan(10);

        await ReplayAsync(exchanges, dapr, new ManualTime());
    }

    static TestFolder Stores() => new TestFolder()
        .Add("state-mem", "state.in-memory", "v1")
        .Add("state-redis", "state.redis", "v1")
        .Add("state-pg", "state.postgresql", "v1")
        .Add("state-pgv2", "state.postgresql", "v2")
        .Add("state-sqlite", "state.sqlite", "v1")
        .Add("pubsub-redis", "pubsub.redis", "v1")
        .Add("pubsub-mem", "pubsub.in-memory", "v1");

    static async Task ReplayAsync(IReadOnlyList<RecordedExchange> exchanges, DaprClient dapr, ManualTime time)
    {
        // Our ETags by those of the recording, so that "the old one" is the old one here too.
        var etags = new Dictionary<string, string>();
        foreach (var recorded in exchanges)
        {
            time.Advance(recorded.WaitedBefore);
            var body = etags.Aggregate(recorded.RequestBody, (text, etag) => text?.Replace($"\"etag\": \"{etag.Key}\"", $"\"etag\": \"{etag.Value}\""));
            var headers = recorded.RequestHeaders.Select(header => (header.Key, etags.GetValueOrDefault(header.Value, header.Value))).ToArray();

            var answer = await dapr.SendAsync(recorded.Method, recorded.Path, body, headers);

            var what = $"{recorded.Name}: {recorded.Method} {recorded.Path} {body}\n{answer.Body}";
            ((int)answer.Status).ShouldBe(recorded.Status, what);
            (answer.ETag is null).ShouldBe(!recorded.Headers.ContainsKey("ETag"), what);
            (answer.Expiry is null).ShouldBe(!recorded.Headers.ContainsKey("metadata.ttlExpireTime"), what);
            if (recorded.Headers.TryGetValue("ETag", out var recordedETag))
                etags.TryAdd(recordedETag, answer.ETag!);
            CompareBodies(answer.Body, recorded.Body, etags, what);
        }
    }

    static void CompareBodies(string ours, string recorded, Dictionary<string, string> etags, string what)
    {
        if (!recorded.StartsWith('{') && !recorded.StartsWith('['))
        {
            ours.Trim().ShouldBe(recorded.Trim(), what);
            return;
        }
        var (our, their) = (JsonNode.Parse(ours)!, JsonNode.Parse(recorded)!);
        if (their is JsonObject && their["errorCode"] is { } errorCode)
        {
            our["errorCode"]!.GetValue<string>().ShouldBe(errorCode.GetValue<string>(), what);
            Types(our["details"]).ShouldBe(Types(their["details"]), what);
            return;
        }
        if (their is JsonArray items)
        {
            our.AsArray().Select(Key).ShouldBe(items.Select(Key), ignoreOrder: true, what);
            foreach (var (a, b) in our.AsArray().OrderBy(Key).Zip(items.OrderBy(Key)))
            {
                JsonNode.DeepEquals(a!["data"], b!["data"]).ShouldBeTrue(what);
                (a["etag"] is null).ShouldBe(b["etag"] is null, what);
                (a["metadata"]?["ttlExpireTime"] is null).ShouldBe(b["metadata"]?["ttlExpireTime"] is null, what);
                if (b["etag"] is { } etag)
                    etags.TryAdd(etag.GetValue<string>(), a["etag"]!.GetValue<string>());
            }
            return;
        }
        JsonNode.DeepEquals(our, their).ShouldBeTrue(what);

        static string? Key(JsonNode? item) => item!["key"]!.GetValue<string>();
        static string Types(JsonNode? details) => JsonSerializer.Serialize(details?.AsArray().Select(detail => detail!["@type"]!.GetValue<string>()));
    }
}
