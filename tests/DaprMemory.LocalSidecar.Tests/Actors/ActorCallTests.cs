using System.Net;
using Microsoft.AspNetCore.Http;

namespace DaprMemory.LocalSidecar.Tests.Actors;

public sealed class ActorCallTests : ActorTest
{
    [Fact]
    public async Task Call_reaches_the_app_as_a_put_with_its_body_and_token()
    {
        var app = await AppAsync();
        var host = await HostAsync(Folder.Options() with { AppApiToken = "secret" }, app);
        using var dapr = Client(host);

        foreach (var method in new[] { "POST", "PUT" })
            (await dapr.SendAsync(method, "/v1.0/actors/Counter/c%201/method/incr", """{"by":1}""")).Body.ShouldBe("""{"app": "a", "actor": "/actors/Counter/c 1/method/incr"}""");

        app.Calls.ShouldAllBe(call => call == new ActorCall("PUT", "/actors/Counter/c 1/method/incr", "secret", """{"by":1}"""));
        app.Calls.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(204), InlineData(201), InlineData(404), InlineData(500)]
    public async Task Any_answer_but_200_is_a_failure(int status)
    {
        var app = await AppAsync();
        app.Handle = (_, context) =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        using var dapr = Client(await HostAsync(app));

        var answer = await dapr.PostAsync("/v1.0/actors/Counter/c/method/m", "{}");

        answer.Status.ShouldBe(HttpStatusCode.InternalServerError);
        answer.ErrorCode.ShouldBe("ERR_ACTOR_INVOKE_METHOD");
    }

    [Fact]
    public async Task Calls_of_one_actor_come_one_at_a_time_and_those_of_others_beside_them()
    {
        var app = await AppAsync();
        int running = 0, most = 0;
        var others = new TaskCompletionSource();
        var both = 0;
        app.Handle = async (call, _) =>
        {
            if (call.Path.Contains("/one/", StringComparison.Ordinal))
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
                return;
            }
            // Neither ends before the other has begun.
            if (Interlocked.Increment(ref both) == 2)
                others.SetResult();
            await others.Task.WaitAsync(TimeSpan.FromSeconds(30));
        };
        using var dapr = Client(await HostAsync(app));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => dapr.PostAsync("/v1.0/actors/Counter/one/method/m", "{}")));
        var answers = await Task.WhenAll(dapr.PostAsync("/v1.0/actors/Counter/a/method/m", "{}"), dapr.PostAsync("/v1.0/actors/Counter/b/method/m", "{}"));

        most.ShouldBe(1);
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Type_that_nobody_hosts_is_refused_at_once()
    {
        using var dapr = Client(await HostAsync(await AppAsync()));

        (await dapr.PostAsync("/v1.0/actors/NoType/x/method/m", "{}")).ErrorCode.ShouldBe("ERR_ACTOR_INVOKE_METHOD");
        (await dapr.PostAsync("/v1.0/actors/NoType/x/reminders/r", "{}")).ErrorCode.ShouldBe("ERR_ACTOR_REMINDER_NON_HOSTED");
    }

    [Fact]
    public async Task App_without_an_actor_state_store_has_no_actors()
    {
        using var folder = new TestFolder();
        var app = await AppAsync();
        await using var host = await SidecarHost.StartAsync(folder.Options(new SidecarApp("app-0", 0, app.Address)));
        using var dapr = Client(host);

        (await dapr.PostAsync("/v1.0/actors/Counter/x/method/m", "{}")).ErrorCode.ShouldBe("ERR_ACTOR_RUNTIME_NOT_FOUND");
    }

    [Fact]
    public async Task Other_app_calls_actors_by_its_own_sidecar()
    {
        var app = await AppAsync();
        var other = await AppAsync(config: null);
        var host = await HostAsync(app, other);
        using var dapr = Client(host, "app-1");

        (await dapr.SendAsync("PUT", "/v1.0/actors/Counter/c1/method/incr", "{}")).Status.ShouldBe(HttpStatusCode.OK);

        app.Calls.Count.ShouldBe(1);
        other.Calls.ShouldBeEmpty();
        // Reminders are the business of those who host the type.
        (await dapr.PostAsync("/v1.0/actors/Counter/c1/reminders/r", "{}")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Of_two_apps_that_host_a_type_one_has_its_actors_and_the_other_when_that_ends()
    {
        var first = await AppAsync();
        var second = await AppAsync();
        // As two processes that share their data.
        var hosts = new[] { await HostAsync(first), await HostAsync(second) };
        using var one = Client(hosts[0]);
        using var two = Client(hosts[1]);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? one : two).PostAsync($"/v1.0/actors/Counter/c{i % 3}/method/m", "{}")));
        first.Calls.Count.ShouldBe(20);
        second.Calls.ShouldBeEmpty();
        (await two.PostAsync("/v1.0/actors/Counter/c/reminders/r", """{"dueTime":"1h"}""")).Status.ShouldBe(HttpStatusCode.NoContent);

        await hosts[0].DisposeAsync();

        (await two.PostAsync("/v1.0/actors/Counter/c1/method/m", "{}")).Status.ShouldBe(HttpStatusCode.OK);
        second.Calls.Count(call => call.Method == "PUT").ShouldBe(1);
        // What the first one was given to keep, too.
        (await two.GetAsync("/v1.0/actors/Counter/c/reminders/r")).Body.ShouldContain("\"dueTime\":\"1h\"");
        // It has said goodbye to its actors.
        first.Calls.Where(call => call.Method == "DELETE").Select(call => call.Path).Order().ShouldBe(["/actors/Counter/c0", "/actors/Counter/c1", "/actors/Counter/c2"]);
    }

    [Fact]
    public async Task App_that_comes_back_gets_its_actors_again()
    {
        var app = await AppAsync();
        using var dapr = Client(await HostAsync(app));
        (await dapr.PostAsync("/v1.0/actors/Counter/c/method/m", "{}")).Status.ShouldBe(HttpStatusCode.OK);
        await app.StopAsync();
        (await dapr.PostAsync("/v1.0/actors/Counter/c/method/m", "{}")).Status.ShouldBe(HttpStatusCode.InternalServerError);
        await app.StartAsync();

        while ((await dapr.PostAsync("/v1.0/actors/Counter/c/method/m", "{}")).Status != HttpStatusCode.OK)
            await Task.Yield();
    }

    [Fact]
    public async Task Idle_actor_is_deactivated_and_comes_back_with_the_next_call()
    {
        var time = new ManualTime();
        var app = await AppAsync("""{"entities":["Counter"],"actorIdleTimeout":"10m"}""");
        using var dapr = Client(await HostAsync(Folder.Options() with { Time = time }, app));
        await dapr.PostAsync("/v1.0/actors/Counter/c/method/m", "{}");
        await app.NextAsync();

        time.Advance(TimeSpan.FromMinutes(11));

        (await app.NextAsync()).ShouldBe(new ActorCall("DELETE", "/actors/Counter/c", "", ""));
        (await dapr.PostAsync("/v1.0/actors/Counter/c/method/m", "{}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Call_under_way_ends_before_the_actors_move()
    {
        var app = await AppAsync();
        var second = await AppAsync();
        var hosts = new[] { await HostAsync(app), await HostAsync(second) };
        var release = new TaskCompletionSource();
        app.Handle = (_, _) => release.Task;
        using var one = Client(hosts[0]);
        using var two = Client(hosts[1]);
        var slow = one.PostAsync("/v1.0/actors/Counter/c/method/slow", "{}");
        await app.NextAsync();

        var moving = hosts[0].DisposeAsync().AsTask();
        var next = two.PostAsync("/v1.0/actors/Counter/c/method/next", "{}");
        moving.IsCompleted.ShouldBeFalse();
        second.Calls.ShouldBeEmpty();
        release.SetResult();

        (await slow).Status.ShouldBe(HttpStatusCode.OK);
        await moving;
        // The sidecar that leaves may cut its connection; then nobody knows. Whether it came before the move began or not, it was carried out once at most.
        var status = (await next).Status;
        status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.InternalServerError);
        app.Calls.Concat(second.Calls).Count(call => call.Path.EndsWith("/next", StringComparison.Ordinal))
            .ShouldBeInRange(status == HttpStatusCode.OK ? 1 : 0, 1);
        (await two.PostAsync("/v1.0/actors/Counter/c/method/last", "{}")).Status.ShouldBe(HttpStatusCode.OK);
        second.Calls.Last().Path.ShouldEndWith("/last");
    }
}
