using System.Net;
using DaprMemory.LocalSidecar.Faults;

namespace DaprMemory.LocalSidecar.Tests.PubSub;

public sealed class EventFaultTests : PubSubTest
{
    [Theory]
    [InlineData(FaultEffect.Lose, "bc")]
    [InlineData(FaultEffect.Duplicate, "aabc")]
    [InlineData(FaultEffect.Reorder, "bac")]
    public async Task Event_is_lost_doubled_or_passed_by_the_next(FaultEffect effect, string seen)
    {
        var app = await AppAsync(EventApp.To("t", "/events", "\"metadata\":{\"processMode\":\"sync\"}"), EventApp.To("other", "/other"));
        var host = await HostAsync(app);
        host.Faults("app-0").Set(new FaultRule(effect) { KeyContains = "events/t", Count = 1, DelayMilliseconds = 60_000 });

        await PublishAsync(host, "-", "other");
        await app.NextAsync();
        foreach (var data in new[] { "a", "b", "c" })
            await PublishAsync(host, data);

        string.Concat((await app.NextAsync(seen.Length)).Select(r => r.Data)).ShouldBe(seen);
        host.Faults("app-0").Happened.ShouldBe(1);
    }

    [Theory]
    [InlineData(FaultEffect.Reorder)]
    [InlineData(FaultEffect.Delay)]
    public async Task Event_that_is_held_back_comes_at_last(FaultEffect effect)
    {
        var time = new ManualTime();
        var app = await AppAsync(EventApp.To("t", "/events"));
        var host = await HostAsync(Folder.Options() with { Time = time }, app);
        host.Faults("app-0").Set(new FaultRule(effect) { Targets = [FaultTarget.Delivery], DelayMilliseconds = 5000, Count = 1 });
        var timersBefore = time.TimerCount;

        await PublishAsync(host, "a");
        while (time.TimerCount == timersBefore)
            await Task.Yield();
        app.IsIdle.ShouldBeTrue();
        time.Advance(TimeSpan.FromSeconds(5));

        (await app.NextAsync()).Data.ShouldBe("a");
    }

    [Theory]
    [InlineData(FaultEffect.FailBefore, "next")]
    [InlineData(FaultEffect.FailAfter, "failed next")]
    public async Task Failed_publish_is_accepted_or_not_as_told(FaultEffect effect, string seen)
    {
        var app = await AppAsync(EventApp.To("t", "/events", "\"metadata\":{\"processMode\":\"sync\"}"));
        var host = await HostAsync(Folder.Options() with { EnableFaults = true }, app);
        using var dapr = new DaprClient(host.AddressOf("app-0"));
        await dapr.SendAsync("PUT", "/local/faults", $$"""{"rules":[{"effect":"{{effect}}","targets":["publish"],"keyContains":"/t","count":1}]}""");

        var answer = await dapr.PostAsync("/v1.0/publish/events/t", "\"failed\"");
        await PublishAsync(host, "next");

        answer.Status.ShouldBe(HttpStatusCode.InternalServerError);
        answer.ErrorCode.ShouldBe("ERR_PUBSUB_PUBLISH_MESSAGE");
        string.Join(' ', (await app.NextAsync(seen.Split(' ').Length)).Select(r => r.Data)).ShouldBe(seen);
    }
}
