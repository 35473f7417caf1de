using System.Net;
using DaprMemory.LocalSidecar.Faults;

namespace DaprMemory.LocalSidecar.Tests.Faults;

public sealed class FaultTests : SidecarTest
{
    [Theory]
    [InlineData(FaultEffect.FailBefore, "")]
    [InlineData(FaultEffect.FailAfter, "\"v\"")]
    public async Task Failure_answers_500_and_writes_or_not_as_told(FaultEffect effect, string stored)
    {
        Host.Faults("app-a").Set(new FaultRule(effect) { Targets = [FaultTarget.Save], Count = 1 });

        var answer = await Dapr.CreateAsync("k", "v");

        answer.Status.ShouldBe(HttpStatusCode.InternalServerError);
        answer.ErrorCode.ShouldBe("ERR_STATE_SAVE");
        (await Dapr.GetAsync("/v1.0/state/strong/k")).Body.ShouldBe(stored);
        (await Dapr.CreateAsync("next", "v")).Status.ShouldBe(HttpStatusCode.NoContent);
        Host.Faults("app-a").Happened.ShouldBe(1);
    }

    [Theory]
    [InlineData(FaultEffect.DropBefore, "")]
    [InlineData(FaultEffect.DropAfter, "\"v\"")]
    public async Task Dropped_connection_gives_no_answer_and_writes_or_not_as_told(FaultEffect effect, string stored)
    {
        Host.Faults("app-a").Set(new FaultRule(effect) { Count = 1 });

        await Should.ThrowAsync<HttpRequestException>(() => Dapr.CreateAsync("k", "v"));

        (await Dapr.GetAsync("/v1.0/state/strong/k")).Body.ShouldBe(stored);
    }

    [Theory]
    [InlineData(FaultTarget.Save, "ERR_STATE_SAVE")]
    [InlineData(FaultTarget.Get, "ERR_STATE_GET")]
    [InlineData(FaultTarget.BulkGet, "ERR_STATE_BULK_GET")]
    [InlineData(FaultTarget.Delete, "ERR_STATE_DELETE")]
    [InlineData(FaultTarget.Transaction, "ERR_STATE_TRANSACTION")]
    public async Task Only_the_chosen_requests_with_the_chosen_keys_fail(FaultTarget target, string errorCode)
    {
        Host.Faults("app-a").Set(new FaultRule(FaultEffect.FailBefore) { Targets = [target], KeyContains = "bad" });

        var failed = new List<string?>();
        foreach (var key in new[] { "good", "bad" })
        {
            failed.Add((await Dapr.CreateAsync(key, "v")).ErrorCode);
            failed.Add((await Dapr.GetAsync("/v1.0/state/strong/" + key)).ErrorCode);
            failed.Add((await Dapr.PostAsync("/v1.0/state/strong/bulk", $$"""{"keys":["{{key}}"]}""")).ErrorCode);
            failed.Add((await Dapr.PostAsync(
                "/v1.0/state/strong/transaction", $$$"""{"operations":[{"operation":"delete","request":{"key":"{{{key}}}"}}]}""")).ErrorCode);
            failed.Add((await Dapr.SendAsync("DELETE", "/v1.0/state/strong/" + key)).ErrorCode);
        }

        failed.Where(code => code is not null).ShouldBe([errorCode]);
    }

    [Fact]
    public async Task Delayed_request_waits_for_the_clock()
    {
        Host.Faults("app-a").Set(new FaultRule(FaultEffect.Delay) { DelayMilliseconds = 5000, Count = 1 });
        var timersBefore = Time.TimerCount;

        var answer = Dapr.CreateAsync("k", "v");
        (await Dapr.GetAsync("/v1.0/healthz")).Status.ShouldBe(HttpStatusCode.NoContent);
        while (Time.TimerCount == timersBefore)
            await Task.Yield();
        answer.IsCompleted.ShouldBeFalse();
        Time.Advance(TimeSpan.FromSeconds(5));

        (await answer).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Same_seed_makes_the_same_requests_fail()
    {
        async Task<string> RunAsync()
        {
            Host.Faults("app-a").Reseed(7);
            var pattern = "";
            for (var i = 0; i < 40; i++)
                pattern += (await Dapr.GetAsync("/v1.0/state/strong/k")).Status == HttpStatusCode.NoContent ? '.' : 'x';
            return pattern;
        }
        Host.Faults("app-a").Set(new FaultRule(FaultEffect.FailBefore) { Probability = 0.5 });

        var first = await RunAsync();

        first.ShouldContain('x');
        first.ShouldContain('.');
        (await RunAsync()).ShouldBe(first);
    }

    [Fact]
    public async Task Faults_are_set_read_and_ended_over_http()
    {
        var set = await Dapr.SendAsync(
            "PUT", "/local/faults", """{"seed":3,"rules":[{"effect":"failAfter","targets":["save"],"keyContains":"k","count":2}]}""");

        set.Status.ShouldBe(HttpStatusCode.NoContent);
        (await Dapr.CreateAsync("k", "v")).Status.ShouldBe(HttpStatusCode.InternalServerError);
        (await Dapr.GetAsync("/local/faults")).Body.ShouldContain("\"happened\":1");
        (await Dapr.SendAsync("DELETE", "/local/faults")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await Dapr.CreateAsync("k2", "v")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await Dapr.SendAsync("PUT", "/local/faults", """{"rulez":[]}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Without_being_enabled_the_faults_are_not_on_http()
    {
        await using var host = await SidecarHost.StartAsync(Folder.Options());
        using var dapr = new DaprClient(host.AddressOf("app-a"));

        (await dapr.SendAsync("PUT", "/local/faults", """{"rules":[]}""")).ErrorCode.ShouldBe("ERR_DIRECT_INVOKE");
    }
}
