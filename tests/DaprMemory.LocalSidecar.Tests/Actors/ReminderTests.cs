using System.Net;
using Microsoft.AspNetCore.Http;

namespace DaprMemory.LocalSidecar.Tests.Actors;

public sealed class ReminderTests : ActorTest
{
    const string Path = "/v1.0/actors/Counter/c/reminders/r";

    // Hours pass here in an instant, and no actor shall be thought idle.
    const string Config = """{"entities":["Counter"],"actorIdleTimeout":"10000h"}""";

    readonly ManualTime _time = new();

    LocalSidecarOptions Options => Folder.Options() with { Time = _time };

    [Fact]
    public async Task Reminder_fires_when_due_and_then_in_its_period_with_its_data()
    {
        var app = await AppAsync(Config);
        using var dapr = Client(await HostAsync(Options, app));
        await SetAsync(dapr, """{"dueTime":"10s","period":"1h0m5s0ms","data":{"x":[1]}}""");

        app.Calls.ShouldBeEmpty();
        await AdvanceAsync(10);
        (await app.NextAsync()).ShouldBe(new ActorCall("PUT", "/actors/Counter/c/method/remind/r", "", """{"data":{"x":[1]},"dueTime":"","period":""}"""));
        for (var i = 0; i < 3; i++)
        {
            await WaitForTimerAsync();
            await AdvanceAsync(3605);
            await app.NextAsync();
        }
        app.Calls.Count.ShouldBe(4);
    }

    [Fact]
    public async Task One_shot_is_gone_once_it_has_fired()
    {
        var app = await AppAsync(Config);
        using var dapr = Client(await HostAsync(Options, app));
        await SetAsync(dapr, """{"dueTime":"0h0m0s0ms","period":""}""");

        await app.NextAsync();

        await UntilAsync(async () => (await dapr.GetAsync(Path)).Body == "{}");
    }

    [Fact]
    public async Task Repetitions_are_counted()
    {
        var app = await AppAsync(Config);
        using var dapr = Client(await HostAsync(Options, app));
        await SetAsync(dapr, """{"period":"R3/PT1S"}""");

        for (var i = 0; i < 3; i++)
        {
            await app.NextAsync();
            await WaitForTimerAsync();
            await AdvanceAsync(1);
        }
        await UntilAsync(async () => (await dapr.GetAsync(Path)).Body == "{}");
        app.Calls.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Reminders_outlive_the_sidecar_and_what_was_due_meanwhile_fires_once()
    {
        var app = await AppAsync(Config);
        var host = await HostAsync(Options, app);
        using (var dapr = Client(host))
        {
            await SetAsync(dapr, """{"dueTime":"1m","period":"1m","data":"kept"}""");
            (await dapr.PostAsync("/v1.0/actors/Counter/other/reminders/later", """{"dueTime":"24h"}""")).Status.ShouldBe(HttpStatusCode.NoContent);
        }
        await host.DisposeAsync();
        _time.Advance(TimeSpan.FromMinutes(10));
        app.Calls.ShouldBeEmpty();

        using var again = Client(await HostAsync(Options, app));

        (await app.NextAsync()).Body.ShouldContain("\"kept\"");
        await UntilAsync(async () => (await again.GetAsync(Path)).Body.Contains("@every 1m0s", StringComparison.Ordinal));
        app.Calls.Count.ShouldBe(1);
        (await again.GetAsync("/v1.0/actors/Counter/other/reminders/later")).Body.ShouldContain("24h");
    }

    [Fact]
    public async Task Firing_that_the_sidecar_did_not_see_the_end_of_comes_again()
    {
        var app = await AppAsync(Config);
        var begun = new TaskCompletionSource();
        app.Handle = async (_, context) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        var host = await HostAsync(Options, app);
        using (var dapr = Client(host))
            await SetAsync(dapr, """{"dueTime":"0s"}""");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await host.DisposeAsync();
        app.Handle = (_, _) => Task.CompletedTask;

        await HostAsync(Options, app);

        await UntilAsync(() => Task.FromResult(app.Calls.Count(call => call.Method == "PUT") == 2));
    }

    [Fact]
    public async Task Firing_that_fails_is_tried_four_times_and_then_given_up()
    {
        var app = await AppAsync(Config);
        app.Handle = (_, context) =>
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        };
        using var dapr = Client(await HostAsync(Options, app));
        await SetAsync(dapr, """{"dueTime":"0s","period":"1h"}""");

        for (var i = 0; i < 4; i++)
        {
            await app.NextAsync();
            await WaitForTimerAsync();
            await AdvanceAsync(1);
        }
        app.Calls.Count.ShouldBe(4);
        app.Handle = (_, _) => Task.CompletedTask;
        await AdvanceAsync(3600);
        await app.NextAsync();
        app.Calls.Count.ShouldBe(5);
    }

    [Fact]
    public async Task Actor_that_says_so_is_not_reminded_again()
    {
        var app = await AppAsync(Config);
        app.Handle = (_, context) =>
        {
            context.Response.Headers["X-DaprReminderCancel"] = "true";
            return Task.CompletedTask;
        };
        using var dapr = Client(await HostAsync(Options, app));
        await SetAsync(dapr, """{"dueTime":"0s","period":"1s"}""");

        await app.NextAsync();

        await UntilAsync(async () => (await dapr.GetAsync(Path)).Body == "{}");
    }

    [Fact]
    public async Task Reminder_set_anew_counts_from_then_on_and_a_removed_one_never_comes()
    {
        var app = await AppAsync(Config);
        using var dapr = Client(await HostAsync(Options, app));
        await SetAsync(dapr, """{"dueTime":"10s","data":"old"}""");
        await SetAsync(dapr, """{"dueTime":"20s","data":"new"}""");
        (await dapr.PostAsync("/v1.0/actors/Counter/c/reminders/gone", """{"dueTime":"5s"}""")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await dapr.SendAsync("DELETE", "/v1.0/actors/Counter/c/reminders/gone")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await dapr.SendAsync("DELETE", "/v1.0/actors/Counter/c/reminders/gone")).Status.ShouldBe(HttpStatusCode.NoContent);

        await AdvanceAsync(20);

        (await app.NextAsync()).Body.ShouldContain("\"new\"");
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Reminder_takes_its_turn_like_a_call()
    {
        var app = await AppAsync(Config);
        var release = new TaskCompletionSource();
        app.Handle = (call, _) => call.Path.EndsWith("/slow", StringComparison.Ordinal) ? release.Task : Task.CompletedTask;
        using var dapr = Client(await HostAsync(Options, app));
        var slow = dapr.PostAsync("/v1.0/actors/Counter/c/method/slow", "{}");
        await app.NextAsync();
        await SetAsync(dapr, """{"dueTime":"0s"}""");
        (await dapr.PostAsync("/v1.0/actors/Counter/other/reminders/r", """{"dueTime":"0s"}""")).Status.ShouldBe(HttpStatusCode.NoContent);

        // That of the other actor has come; the one behind the call has not.
        (await app.NextAsync()).Path.ShouldBe("/actors/Counter/other/method/remind/r");
        app.Calls.Count.ShouldBe(2);
        release.SetResult();
        (await slow).Status.ShouldBe(HttpStatusCode.OK);
        (await app.NextAsync()).Path.ShouldBe("/actors/Counter/c/method/remind/r");
    }

    [Theory]
    [InlineData("{bad", HttpStatusCode.BadRequest, "ERR_MALFORMED_REQUEST")]
    [InlineData("""{"dueTime":"junk"}""", HttpStatusCode.InternalServerError, "ERR_ACTOR_REMINDER_CREATE")]
    [InlineData("""{"period":"P1D"}""", HttpStatusCode.InternalServerError, "ERR_ACTOR_REMINDER_CREATE")]
    [InlineData("""{"period":"R5/P1D"}""", HttpStatusCode.InternalServerError, "ERR_ACTOR_REMINDER_CREATE")]
    [InlineData("""{"ttl":"soon"}""", HttpStatusCode.InternalServerError, "ERR_ACTOR_REMINDER_CREATE")]
    public async Task Reminder_that_makes_no_sense_is_refused(string body, HttpStatusCode status, string code)
    {
        using var dapr = Client(await HostAsync(Options, await AppAsync(Config)));
        var answer = await dapr.PostAsync(Path, body);
        answer.Status.ShouldBe(status, answer.Body);
        answer.ErrorCode.ShouldBe(code);
        (await dapr.GetAsync(Path)).Body.ShouldBe("{}");
    }

    [Theory]
    [InlineData("1s", "@every 1s")]
    [InlineData("24h", "@every 24h0m0s")]
    [InlineData("PT1M30S", "@every 1m30s")]
    [InlineData("0h0m0s250ms", "@every 250ms")]
    [InlineData("1.5s", "@every 1.5s")]
    public async Task Period_is_given_back_as_the_scheduler_has_it(string period, string schedule)
    {
        using var dapr = Client(await HostAsync(Options, await AppAsync(Config)));
        await SetAsync(dapr, $$"""{"dueTime":"1h","period":"{{period}}"}""");
        (await dapr.GetAsync(Path)).Body.ShouldContain($"\"period\":\"{schedule}\"");
    }

    static async Task SetAsync(DaprClient dapr, string body)
    {
        var answer = await dapr.SendAsync("PUT", Path, body);
        answer.Status.ShouldBe(HttpStatusCode.NoContent, answer.Body);
    }

    /// <summary>Lets time pass once something waits for it.</summary>
    async Task AdvanceAsync(int seconds)
    {
        await WaitForTimerAsync();
        _time.Advance(TimeSpan.FromSeconds(seconds));
    }

    /// <summary>Waits until the sidecar waits.</summary>
    async Task WaitForTimerAsync()
    {
        for (var quiet = 0; quiet < 20; quiet++)
        {
            var before = _time.TimerCount;
            await Task.Delay(5);
            if (_time.TimerCount != before)
                quiet = 0;
        }
    }

    static async Task UntilAsync(Func<Task<bool>> isThere)
    {
        for (var until = DateTimeOffset.UtcNow.AddSeconds(30); !await isThere(); await Task.Yield())
            DateTimeOffset.UtcNow.ShouldBeLessThan(until);
    }
}
