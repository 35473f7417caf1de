using System.Net;
using System.Text.Json;

namespace DaprMemory.LocalSidecar.Tests.PubSub;

public sealed class DeliveryTests : PubSubTest
{
    [Fact]
    public async Task Own_event_arrives_with_its_id_and_all_it_had()
    {
        var app = await AppAsync(EventApp.To("t", "/events"));
        var host = await HostAsync(Folder.Options() with { AppApiToken = "secret" }, app);
        using var dapr = new DaprClient(host.AddressOf("app-0"));

        await dapr.SendAsync(
            "POST", "/v1.0/publish/events/t?metadata.partitionKey=p&metadata.dapr-api-token=forged",
            """{"specversion":"1.0","id":"acme/s/7","type":"memory.committed.v1","source":"memory-0","topic":"forged","data":{"big":9007199254740993,"\u00e9":"<>"}}""",
            ("Content-Type", "application/cloudevents+json"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        var received = await app.NextAsync();

        received.Path.ShouldBe("/events");
        received.Headers["content-type"].ShouldBe("application/cloudevents+json");
        received.Headers["pubsubname"].ShouldBe("events");
        received.Headers["partitionkey"].ShouldBe("p");
        received.Headers["dapr-api-token"].ShouldBe("secret");
        received.Headers["traceparent"].ShouldBe("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        received.Body.ShouldContain("""{"big":9007199254740993,"\u00e9":"<>"}""");
        Text(received.Event, "id").ShouldBe("acme/s/7");
        Text(received.Event, "type").ShouldBe("memory.committed.v1");
        Text(received.Event, "topic").ShouldBe("t");
        Text(received.Event, "pubsubname").ShouldBe("events");
        Text(received.Event, "traceid").ShouldBe(received.Headers["traceparent"]);
        received.Event.EnumerateObject().GroupBy(member => member.Name).ShouldAllBe(members => members.Count() == 1);
        app.Asked.Single().ShouldSatisfyAllConditions(
            asked => asked["dapr-app-id"].ShouldBe("app-0"), asked => asked["dapr-api-token"].ShouldBe("secret"));
    }

    [Theory]
    [InlineData("application/json", """{"a":1.50}""", """{"a":1.50}""")]
    [InlineData("application/json", "{bad", "\"{bad\"")]
    [InlineData("application/json; charset=utf-8", "[1]", "[1]")]
    [InlineData("text/plain", "plain", "\"plain\"")]
    public async Task Data_is_wrapped_by_its_content_type(string contentType, string body, string data)
    {
        var app = await AppAsync(EventApp.To("t", "/events"));
        var host = await HostAsync(app);
        using var dapr = new DaprClient(host.AddressOf("app-0"));

        await dapr.SendAsync("POST", "/v1.0/publish/events/t?metadata.Cloudevent.ID=mine", body, ("Content-Type", contentType));
        var received = await app.NextAsync();

        received.Event.GetProperty("data").GetRawText().ShouldBe(data);
        Text(received.Event, "datacontenttype").ShouldBe(contentType);
        Text(received.Event, "id").ShouldBe("mine");
        Text(received.Event, "source").ShouldBe("app-0");
        Text(received.Event, "type").ShouldBe("com.dapr.event.sent");
    }

    [Fact]
    public async Task Raw_payload_is_wrapped_only_for_its_subscriber()
    {
        var app = await AppAsync(EventApp.To("t", "/raw", "\"metadata\":{\"rawPayload\":\"true\"}"));
        var host = await HostAsync(app);

        await PublishAsync(host, "x", query: "?metadata.rawPayload=true");
        var received = await app.NextAsync();

        Text(received.Event, "data_base64").ShouldBe(Convert.ToBase64String("\"x\""u8));
    }

    [Fact]
    public async Task First_rule_that_fits_gives_the_route_and_no_rule_drops_the_event()
    {
        var app = await AppAsync(
            """
            {"pubsubname":"events","topic":"t","routes":{"rules":[
              {"match":"event.type == \"a\" && has(event.subject) || event.type == 'b'","path":"/rule"}],"default":"/default"}}
            """,
            """{"pubsubname":"events","topic":"strict","routes":{"rules":[{"match":"event.type == 'a'","path":"/strict"}]}}""",
            """{"pubsubname":"events","topic":"odd","routes":{"rules":[{"match":"size(event.data) > 2","path":"/odd"}],"default":"/odd"}}""");
        var host = await HostAsync(app);

        var paths = new List<string>();
        foreach (var query in new[] { "cloudevent.type=a", "cloudevent.type=a&metadata.cloudevent.subject=s", "cloudevent.type=b" })
        {
            await PublishAsync(host, "x", query: "?metadata." + query);
            paths.Add((await app.NextAsync()).Path);
        }
        await PublishAsync(host, "x", "odd");
        await PublishAsync(host, "x", "strict", "?metadata.cloudevent.type=b");
        await PublishAsync(host, "x", "strict", "?metadata.cloudevent.type=a");
        paths.Add((await app.NextAsync()).Path);

        paths.ShouldBe(["/default", "/rule", "/rule", "/strict"]);
    }

    [Theory]
    [InlineData(200, "", false)]
    [InlineData(204, "", false)]
    [InlineData(200, """{"status":"SUCCESS"}""", false)]
    [InlineData(200, "{}", false)]
    [InlineData(200, "no json", false)]
    [InlineData(200, """{"status":"RETRY"}""", true)]
    [InlineData(200, """{"status":"FOO"}""", true)]
    [InlineData(500, "", true)]
    [InlineData(429, "", true)]
    [InlineData(404, "", false)]
    [InlineData(200, """{"status":"DROP"}""", false)]
    public async Task Answer_of_the_app_says_whether_the_event_comes_again(int status, string body, bool comesAgain)
    {
        var app = await AppAsync(EventApp.To("t", "/events"));
        var isFirst = true;
        app.Handle = _ =>
        {
            var reply = isFirst ? new Reply(status, body) : new Reply();
            isFirst = false;
            return Task.FromResult(reply);
        };
        var host = await HostAsync(app);

        await PublishAsync(host, "first");
        (await app.NextAsync()).Data.ShouldBe("first");
        if (comesAgain)
            (await app.NextAsync()).Data.ShouldBe("first");
        await PublishAsync(host, "last");

        (await app.NextAsync()).Data.ShouldBe("last");
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(404, "")]
    [InlineData(200, """{"status":"DROP"}""")]
    public async Task Dead_letter_topic_gets_what_failed_once(int status, string body)
    {
        var app = await AppAsync(EventApp.To("t", "/events", "\"deadLetterTopic\":\"dead\""), EventApp.To("dead", "/dead"));
        app.Handle = received => Task.FromResult(received.Path == "/dead" ? new Reply() : new Reply(status, body));
        var host = await HostAsync(app);

        await PublishAsync(host, "poison");
        var received = await app.NextAsync(2);

        received.Select(r => r.Path).ShouldBe(["/events", "/dead"]);
        received[1].Body.ShouldBe(received[0].Body);
    }

    [Fact]
    public async Task Expired_event_goes_to_the_dead_letters()
    {
        var time = new ManualTime();
        // The dead letters are read raw: as an event the letter has expired too.
        var app = await AppAsync(
            EventApp.To("t", "/events", "\"deadLetterTopic\":\"dead\",\"metadata\":{\"processMode\":\"sync\"}"),
            EventApp.To("dead", "/dead", "\"metadata\":{\"rawPayload\":\"true\"}"));
        var (entered, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        app.Handle = async received =>
        {
            if (received.Path == "/events")
            {
                entered.SetResult();
                await goOn.Task;
            }
            return new Reply();
        };
        var host = await HostAsync(Folder.Options() with { Time = time }, app);

        await PublishAsync(host, "slow");
        await entered.Task;
        await PublishAsync(host, "late", query: "?metadata.ttlInSeconds=5");
        time.Advance(TimeSpan.FromSeconds(6));
        goOn.SetResult();

        (await app.NextAsync(2)).Select(r => r.Path).ShouldBe(["/events", "/dead"]);
    }

    [Fact]
    public async Task Sync_subscription_gets_its_events_one_at_a_time_in_order()
    {
        var app = await AppAsync(EventApp.To("t", "/events", "\"metadata\":{\"processMode\":\"sync\"}"));
        var (running, most) = (0, 0);
        app.Handle = async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return new Reply();
        };
        var host = await HostAsync(app);

        for (var i = 0; i < 100; i++)
            await PublishAsync(host, $"{i}");

        (await app.NextAsync(100)).Select(r => r.Data).ShouldBe(Enumerable.Range(0, 100).Select(i => $"{i}"));
        most.ShouldBe(1);
    }

    [Fact]
    public async Task Async_subscription_handles_many_events_at_once()
    {
        var app = await AppAsync(EventApp.To("t", "/events"));
        var goOn = new TaskCompletionSource();
        app.Handle = async _ =>
        {
            await goOn.Task;
            return new Reply();
        };
        var host = await HostAsync(app);

        for (var i = 0; i < 20; i++)
            await PublishAsync(host, $"{i}");

        (await app.NextAsync(20)).Count.ShouldBe(20);
        goOn.SetResult();
    }

    [Fact]
    public async Task Bulk_subscriber_gets_events_together_and_again_those_that_it_did_not_confirm()
    {
        var app = await AppAsync(EventApp.To("t", "/bulk", "\"bulkSubscribe\":{\"enabled\":true,\"maxMessagesCount\":3,\"maxAwaitDurationMs\":60000}"));
        var batches = 0;
        app.Handle = received => Task.FromResult(new Reply(200, JsonSerializer.Serialize(new
        {
            statuses = received.Event.GetProperty("entries").EnumerateArray().Skip(batches++ == 0 ? 1 : 0)
                .Select(entry => new { entryId = entry.GetProperty("entryId").GetString(), status = "SUCCESS" }),
        })));
        var host = await HostAsync(app);
        using var dapr = new DaprClient(host.AddressOf("app-0"));

        var answer = await dapr.PostAsync("/v1.0/publish/bulk/events/t", """
            [{"entryId":"1","event":"a","contentType":"text/plain"},{"entryId":"2","event":{"b":1},"contentType":"application/json"},
             {"entryId":"3","event":"Yw==","contentType":"application/octet-stream"}]
            """);
        answer.Status.ShouldBe(HttpStatusCode.NoContent);
        var first = await app.NextAsync();
        await PublishAsync(host, "d");
        await PublishAsync(host, "e");
        var second = await app.NextAsync();

        first.Headers["content-type"].ShouldBe("application/json");
        Text(first.Event, "type").ShouldBe("com.dapr.event.sent.bulk");
        first.Event.GetProperty("entries").EnumerateArray().Select(Data).ShouldBe(["a", """{"b":1}""", "Yw=="]);
        second.Event.GetProperty("entries").EnumerateArray().Select(Data).ShouldBe(["a", "d", "e"], ignoreOrder: true);

        static string Data(JsonElement entry) =>
            (entry.GetProperty("event").TryGetProperty("data", out var data) ? data : entry.GetProperty("event").GetProperty("data_base64")).ToString();
    }

    static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
