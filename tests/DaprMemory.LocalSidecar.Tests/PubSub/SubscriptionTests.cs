using System.Net;
using System.Text.Json;

namespace DaprMemory.LocalSidecar.Tests.PubSub;

public sealed class SubscriptionTests : PubSubTest
{
    [Fact]
    public async Task App_that_comes_back_is_asked_again_and_gets_what_was_kept_for_it()
    {
        var app = await AppAsync(EventApp.To("t", "/old"));
        var host = await HostAsync(app);
        await PublishAsync(host, "before");
        (await app.NextAsync()).Path.ShouldBe("/old");

        await app.StopAsync();
        await PublishAsync(host, "meanwhile");
        app.Subscriptions = $"[{EventApp.To("t", "/new")}]";
        await app.StartAsync();

        (await app.NextAsync()).ShouldSatisfyAllConditions(r => r.Path.ShouldBe("/new"), r => r.Data.ShouldBe("meanwhile"));
        app.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Non_durable_subscription_starts_anew_with_what_comes_then()
    {
        var app = await AppAsync(EventApp.To("t", "/events", "\"metadata\":{\"subscribeMode\":\"non_durable\"}"));
        var host = await HostAsync(app);
        await app.StopAsync();
        await SubscriptionsAsync(host, count: 0);
        await PublishAsync(host, "missed");

        await app.StartAsync();
        await SubscriptionsAsync(host, count: 1);
        await PublishAsync(host, "seen");

        (await app.NextAsync()).Data.ShouldBe("seen");
    }

    [Fact]
    public async Task App_at_a_new_address_is_subscribed_there()
    {
        var (first, second) = (await AppAsync(EventApp.To("t", "/events")), await AppAsync(EventApp.To("t", "/events")));
        var host = await HostAsync(first);

        host.SetAppAddress("app-0", second.Address);
        while (second.Asked.IsEmpty)
            await Task.Yield();
        await SubscriptionsAsync(host, count: 1);
        await PublishAsync(host, "x");

        (await second.NextAsync()).Data.ShouldBe("x");
        first.IsIdle.ShouldBeTrue();
    }

    [Fact]
    public async Task App_without_subscriptions_is_ready_and_gets_nothing()
    {
        var app = await EventApp.StartAsync(subscriptions: null);
        var host = await HostAsync(app);

        await SubscriptionsAsync(host, count: 0);
        app.Asked.ShouldHaveSingleItem();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Metadata_lists_the_subscriptions()
    {
        var app = await AppAsync(
            """{"pubsubname":"events","topic":"t","routes":{"rules":[{"match":"event.type == 'a'","path":"/a"}],"default":"/b"},"deadLetterTopic":"dead"}""");
        var host = await HostAsync(app);

        var subscription = (await SubscriptionsAsync(host, count: 1))[0];

        subscription.GetProperty("pubsubname").GetString().ShouldBe("events");
        subscription.GetProperty("topic").GetString().ShouldBe("t");
        subscription.GetProperty("deadLetterTopic").GetString().ShouldBe("dead");
        subscription.GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("path").GetString()).ShouldBe(["/a", "/b"]);
    }

    [Fact]
    public async Task Shutdown_waits_for_the_events_that_the_app_is_handling()
    {
        var app = await AppAsync(EventApp.To("t", "/events"));
        var host = await HostAsync(app);
        using var dapr = new DaprClient(host.AddressOf("app-0"));
        var (goOn, isHandled) = (new TaskCompletionSource(), false);
        app.Handle = async _ =>
        {
            await goOn.Task;
            // While it handles its last event the app can still use its sidecar.
            isHandled = (await dapr.CreateAsync("k", "v")).Status == HttpStatusCode.NoContent;
            return new Reply();
        };
        await PublishAsync(host, "x");
        await app.NextAsync();

        var stopping = host.DisposeAsync().AsTask();
        stopping.IsCompleted.ShouldBeFalse();
        goOn.SetResult();
        await stopping;

        isHandled.ShouldBeTrue();
    }

    /// <summary>Waits until so many subscriptions are told of.</summary>
    static async Task<List<JsonElement>> SubscriptionsAsync(SidecarHost host, int count)
    {
        using var dapr = new DaprClient(host.AddressOf("app-0"));
        while (true)
        {
            var metadata = JsonDocument.Parse((await dapr.GetAsync("/v1.0/metadata")).Body).RootElement;
            var subscriptions = metadata.GetProperty("subscriptions").EnumerateArray().ToList();
            if (subscriptions.Count == count)
                return subscriptions;
            await Task.Yield();
        }
    }
}
