using System.Net;

namespace DaprMemory.LocalSidecar.Tests.PubSub;

public sealed class PublishApiTests : PubSubTest
{
    [Theory]
    [InlineData("/v1.0/publish/nothing/t", "\"x\"", "application/json", 404, "ERR_PUBSUB_NOT_FOUND")]
    [InlineData("/v1.0/publish/events/t?metadata.rawPayload=maybe", "\"x\"", "application/json", 400, "ERR_PUBSUB_REQUEST_METADATA")]
    [InlineData("/v1.0/publish/events/t", "{", "application/cloudevents+json", 500, "ERR_PUBSUB_CLOUD_EVENTS_SER")]
    [InlineData("/v1.0/publish/events/t", "{} {}", "application/cloudevents+json", 500, "ERR_PUBSUB_CLOUD_EVENTS_SER")]
    [InlineData("/v1.0/publish/events/t", "[]", "application/cloudevents+json; charset=utf-8", 500, "ERR_PUBSUB_CLOUD_EVENTS_SER")]
    [InlineData("/v1.0/publish/bulk/events/t", "[{\"entryId\":\"1\",\"event\":{},\"contentType\":\"text/plain\"}]", "application/json", 400, "ERR_PUBSUB_EVENTS_SER")]
    [InlineData("/v1.0/publish/bulk/events/t", "[{\"entryId\":\"\",\"event\":\"x\",\"contentType\":\"text/plain\"}]", "application/json", 400, "ERR_PUBSUB_EVENTS_SER")]
    [InlineData("/v1.0-alpha1/publish/events/t", "\"x\"", "application/json", 404, "ERR_DIRECT_INVOKE")]
    public async Task Request_that_cannot_be_served_is_told_why(string path, string body, string contentType, int status, string errorCode)
    {
        var host = await HostAsync(await AppAsync());
        using var dapr = new DaprClient(host.AddressOf("app-0"));

        var answer = await dapr.SendAsync("POST", path, body, ("Content-Type", contentType));

        ((int)answer.Status).ShouldBe(status);
        answer.ErrorCode.ShouldBe(errorCode);
    }

    [Fact]
    public async Task Without_any_component_publishing_is_not_configured()
    {
        using var folder = new TestFolder();
        await using var host = await SidecarHost.StartAsync(folder.Options());
        using var dapr = new DaprClient(host.AddressOf("app-a"));

        (await dapr.PostAsync("/v1.0/publish/events/t", "1")).ShouldSatisfyAllConditions(
            answer => answer.Status.ShouldBe(HttpStatusCode.BadRequest), answer => answer.ErrorCode.ShouldBe("ERR_PUBSUB_NOT_CONFIGURED"));
    }

    [Fact]
    public async Task Body_over_the_limit_is_refused()
    {
        var host = await HostAsync(await AppAsync());
        using var dapr = new DaprClient(host.AddressOf("app-0"));

        var answer = await dapr.PostAsync("/v1.0/publish/events/t", new string('1', 4 * 1024 * 1024 + 1));

        answer.Status.ShouldBe(HttpStatusCode.InternalServerError);
        answer.ErrorCode.ShouldBe("ERR_PUBSUB_PUBLISH_MESSAGE");
    }

    [Fact]
    public async Task Topic_may_have_slashes_and_escapes()
    {
        var app = await AppAsync(EventApp.To("a/b c", "/events"));
        var host = await HostAsync(app);

        await PublishAsync(host, "x", "a/b%20c");

        (await app.NextAsync()).Event.GetProperty("topic").GetString().ShouldBe("a/b c");
    }

    [Fact]
    public async Task Scopes_say_who_may_publish_and_subscribe()
    {
        Folder.Add("events", "pubsub.redis", "v1",
            ("allowedTopics", "open,guarded,none"), ("protectedTopics", "guarded"),
            ("publishingScopes", "app-0=guarded;app-2="), ("subscriptionScopes", "app-0=guarded,open"));
        var apps = new[]
        {
            await AppAsync(EventApp.To("open", "/open"), EventApp.To("guarded", "/guarded"), EventApp.To("none", "/none")),
            await AppAsync(EventApp.To("open", "/open"), EventApp.To("guarded", "/guarded"), EventApp.To("other", "/other")),
            await AppAsync(),
        };
        var host = await HostAsync(apps);

        var allowed = new List<string>();
        for (var i = 0; i < apps.Length; i++)
        {
            using var dapr = new DaprClient(host.AddressOf($"app-{i}"));
            foreach (var topic in new[] { "open", "guarded", "none", "other" })
            {
                var answer = await dapr.PostAsync($"/v1.0/publish/events/{topic}", "1");
                if (answer.Status == HttpStatusCode.NoContent)
                    allowed.Add($"{i} {topic}");
                else
                    answer.ShouldSatisfyAllConditions(a => a.Status.ShouldBe(HttpStatusCode.Forbidden), a => a.ErrorCode.ShouldBe("ERR_PUBSUB_FORBIDDEN"));
            }
        }

        allowed.ShouldBe(["0 guarded", "1 open", "1 none"]);
        (await apps[0].NextAsync(2)).Select(r => r.Path).ShouldBe(["/guarded", "/open"], ignoreOrder: true);
        (await apps[1].NextAsync()).Path.ShouldBe("/open");
        apps.ShouldAllBe(app => app.IsIdle);
    }
}
