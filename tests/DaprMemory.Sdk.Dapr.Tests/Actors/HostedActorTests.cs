using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Dapr;
using Dapr.Actors;
using Dapr.Actors.Client;
using Dapr.Actors.Runtime;
using DaprMemory.Sdk.Dapr.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Sdk.Dapr.Tests.Actors;

public sealed class HostedActorTests : IAsyncLifetime
{
    readonly Journal _journal = new();
    SidecarStub _sidecar = null!;
    WebApplication _app = null!;
    HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _sidecar = await SidecarStub.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(_journal);
        builder.Services.AddActors(options =>
        {
            options.Actors.RegisterActor<Clerk>();
            options.DrainRebalancedActors = true;
            options.HttpEndpoint = _sidecar.Address;
        });
        _app = builder.Build();
        _app.MapActorsHandlers();
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        await _sidecar.DisposeAsync();
    }

    [Fact]
    public async Task Config_names_the_types() =>
        (await _client.GetStringAsync("/dapr/config")).ShouldBe("""{"entities":["Clerk"],"drainRebalancedActors":true}""");

    [Fact]
    public async Task Calls_reach_the_actor_and_answer_exactly_200()
    {
        (await PutAsync("/actors/Clerk/a/method/WorkAsync")).ShouldBe(HttpStatusCode.OK);
        (await PutAsync("/actors/Clerk/a/method/remind/tidy", """{"data":"aGVsbG8=","dueTime":"","period":""}""")).ShouldBe(HttpStatusCode.OK);
        (await PutAsync("/actors/Clerk/a/method/remind/bare", """{"dueTime":"","period":""}""")).ShouldBe(HttpStatusCode.OK);
        (await PutAsync("/actors/Clerk/b%20c/method/WorkAsync")).ShouldBe(HttpStatusCode.OK);

        _journal.Entries.ShouldBe(["1:a works", "1:a tidy hello", "1:a bare ", "2:b c works"]);
    }

    [Fact]
    public async Task Deactivated_actor_begins_anew()
    {
        await PutAsync("/actors/Clerk/a/method/WorkAsync");
        (await _client.DeleteAsync("/actors/Clerk/a")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _client.DeleteAsync("/actors/Clerk/never")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await PutAsync("/actors/Clerk/a/method/WorkAsync");

        _journal.Entries.ShouldBe(["1:a works", "2:a works"]);
    }

    [Fact]
    public async Task What_is_not_there_or_fails_is_told()
    {
        (await PutAsync("/actors/Nobody/a/method/WorkAsync")).ShouldBe(HttpStatusCode.NotFound);
        (await PutAsync("/actors/Clerk/a/method/Nothing")).ShouldBe(HttpStatusCode.NotFound);
        (await PutAsync("/actors/Clerk/a/method/FailAsync")).ShouldBe(HttpStatusCode.InternalServerError);
    }

    [Fact]
    public async Task Reminder_is_registered_as_the_scheduler_takes_it()
    {
        (await PutAsync("/actors/Clerk/a/method/PlanAsync")).ShouldBe(HttpStatusCode.OK);

        _sidecar.Requests.Select(request => $"{request.Method} {request.Target} {request.Body}").ShouldBe(
        [
            """PUT /v1.0/actors/Clerk/a/reminders/daily {"dueTime":"0h0m1s500ms","period":"26h0m0s0ms","data":"AQI="}""",
            """PUT /v1.0/actors/Clerk/a/reminders/once {"dueTime":"0h0m0s0ms","period":"","data":""}""",
        ]);
    }

    [Fact]
    public async Task Proxy_calls_through_the_sidecar_and_throws_what_it_refuses()
    {
        var proxy = _app.Services.GetRequiredService<IActorProxyFactory>().Create(new ActorId("a b"), "Clerk");
        await proxy.InvokeMethodAsync("WorkAsync");
        _sidecar.Only.Target.ShouldBe("/v1.0/actors/Clerk/a%20b/method/WorkAsync");
        _sidecar.Only.Method.ShouldBe("PUT");

        _sidecar.Answer = (context, _) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        await Should.ThrowAsync<DaprException>(() => proxy.InvokeMethodAsync("WorkAsync"));
    }

    [Fact]
    public void Methods_that_could_not_be_called_are_refused_at_once()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddActors(options => options.Actors.RegisterActor<Chatty>());
        using var provider = services.BuildServiceProvider();
        Should.Throw<NotSupportedException>(() => provider.GetRequiredService<ActorRuntime>());
    }

    async Task<HttpStatusCode> PutAsync(string path, string body = "")
    {
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        using var response = await _client.PutAsync(path, content);
        return response.StatusCode;
    }

    public interface IClerk : IActor
    {
        Task WorkAsync();

        Task FailAsync();

        Task PlanAsync();
    }

    public sealed class Journal
    {
        int _actors;

        public ConcurrentQueue<string> Entries { get; } = new();

        public int NextActor() => Interlocked.Increment(ref _actors);
    }

    sealed class Clerk(ActorHost host, Journal journal) : Actor(host), IClerk, IRemindable
    {
        readonly int _number = journal.NextActor();

        public Task WorkAsync() => NoteAsync("works");

        public Task FailAsync() => throw new InvalidOperationException("on purpose");

        public async Task PlanAsync()
        {
            (await RegisterReminderAsync("daily", [1, 2], TimeSpan.FromSeconds(1.5), TimeSpan.FromHours(26))).Name.ShouldBe("daily");
            await RegisterReminderAsync("once", [], TimeSpan.Zero, TimeSpan.FromMilliseconds(-1));
        }

        public Task ReceiveReminderAsync(string reminderName, byte[] state, TimeSpan dueTime, TimeSpan period) =>
            NoteAsync($"{reminderName} {System.Text.Encoding.UTF8.GetString(state)}");

        Task NoteAsync(string what)
        {
            journal.Entries.Enqueue($"{_number}:{Id} {what}");
            return Task.CompletedTask;
        }
    }

    public interface IChatty : IActor
    {
        Task SayAsync(string what);
    }

    sealed class Chatty(ActorHost host) : Actor(host), IChatty
    {
        public Task SayAsync(string what) => Task.CompletedTask;
    }
}
