using System.Net;
using System.Text;
using System.Text.Json;
using DaprMemory.Hosting.Tests.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Tests.Quotas;

public sealed class QuotaTests
{
    // Slow enough that none comes back while a test runs.
    const string OneAnHour = "0.0002777";

    [Fact]
    public async Task Tenant_that_has_used_up_its_requests_is_told_so_and_others_are_not()
    {
        await using var service = await StartAsync(("Default:RequestsPerSecond", OneAnHour), ("Default:RequestBurst", "2"), ("Patience", "00:00:00"));

        (await service.Client.GetAsync("/v1/acme/notes/state")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.Client.GetAsync("/v1/acme/plans/state")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var refused = await service.Client.GetAsync("/v1/acme/notes/state");

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        var problem = JsonDocument.Parse(await refused.ReadProblemAsync()).RootElement;
        problem.GetProperty("type").GetString().ShouldBe("urn:daprmemory:quota-exceeded");
        problem.GetProperty("quota").GetString().ShouldBe("requests");
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));
        (await service.Client.GetAsync("/v1/other/notes/state")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.Client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var metrics = await service.Client.GetStringAsync("/metrics");
        metrics.ShouldContain("memory_quota_refusals{quota=\"requests\"}");
        metrics.ShouldNotContain("acme");
    }

    [Fact]
    public async Task Quota_of_a_single_tenant_stands_for_the_default_where_it_says_something()
    {
        await using var service = await StartAsync(
            ("Default:RequestsPerSecond", OneAnHour), ("Tenants:free:RequestsPerSecond", "0"), ("Tenants:half:RequestBurst", "3"), ("Patience", "00:00:00"));

        (await CountAsync(service, "acme", 5)).ShouldBe(1);
        (await CountAsync(service, "free", 5)).ShouldBe(5);
        (await CountAsync(service, "half", 5)).ShouldBe(3);
    }

    [Fact]
    public async Task Instances_share_a_quota()
    {
        await using var service = await StartAsync(("Default:RequestsPerSecond", OneAnHour), ("Default:RequestBurst", "4"), ("Instances", "2"), ("Patience", "00:00:00"));

        (await CountAsync(service, "acme", 5)).ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_are_charged_before_anything_is_made_of_them(bool saysLength)
    {
        await using var service = await StartAsync(("Default:BytesPerSecond", "0.001"), ("Default:ByteBurst", $"{4 * 1024 * 1024}"));

        (await PostAsync(3 * 1024 * 1024)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var refused = await PostAsync(3 * 1024 * 1024);

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await refused.ReadProblemAsync()).ShouldContain("\"quota\":\"bytes\"");
        (await (await PostAsync(1024)).Content.ReadAsStringAsync()).ShouldBe("1024");
        (await service.Client.GetAsync("/v1/acme/notes/state")).StatusCode.ShouldBe(HttpStatusCode.OK);

        Task<HttpResponseMessage> PostAsync(int length)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/v1/acme/notes/state") { Content = new ByteArrayContent(new byte[length]) };
            if (!saysLength)
                request.Headers.TransferEncodingChunked = true;
            return service.Client.SendAsync(request);
        }
    }

    [Fact]
    public async Task Request_waits_for_its_turn_and_is_refused_when_that_takes_too_long_or_too_many_wait()
    {
        var (entered, leave) = (new SemaphoreSlim(0), new SemaphoreSlim(0));
        await using var service = await StartAsync(
            async () =>
            {
                entered.Release();
                await leave.WaitAsync();
            },
            ("Default:Concurrent", "1"), ("MaxWaiting", "1"), ("Patience", "00:00:20"));
        var first = service.Client.GetAsync("/v1/acme/notes/state");
        await entered.WaitAsync();
        var second = service.Client.GetAsync("/v1/acme/notes/state");
        HttpResponseMessage? third = null;
        // Which of the two waits is the server's to say.
        var thirds = service.Client.GetAsync("/v1/acme/notes/state");
        third = await await Task.WhenAny(second, thirds);

        third.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await third.ReadProblemAsync()).ShouldContain("\"quota\":\"concurrent\"");
        third.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        leave.Release(2);
        (await Task.WhenAll(first, second, thirds)).Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(2);
    }

    [Fact]
    public async Task Patience_ends()
    {
        var leave = new SemaphoreSlim(0);
        var entered = new SemaphoreSlim(0);
        await using var service = await StartAsync(
            async () =>
            {
                entered.Release();
                await leave.WaitAsync();
            },
            ("Default:Concurrent", "1"), ("Patience", "00:00:00.050"));
        var first = service.Client.GetAsync("/v1/acme/notes/state");
        await entered.WaitAsync();

        (await service.Client.GetAsync("/v1/acme/notes/state")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);

        leave.Release();
        (await first).StatusCode.ShouldBe(HttpStatusCode.OK);
        leave.Release();
        (await service.Client.GetAsync("/v1/acme/notes/state")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/v1/acme/notes/watch")]
    [InlineData("/v1/acme/notes/WATCH/")]
    [InlineData("/v1/acme/notes/w%61tch?after=0")]
    public async Task Watch_counts_until_it_ends_however_it_does(string target)
    {
        var left = new SemaphoreSlim(0);
        await using var service = await StartAsync(null, app => app.MapGet("/v1/{tenant}/{space}/watch", async (HttpContext context) =>
        {
            try
            {
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
            finally
            {
                left.Release();
            }
        }), ("Default:WatchStreams", "1"), ("Default:Concurrent", "1"));
        using var gone = new CancellationTokenSource();
        using (var watch = await service.Client.GetAsync(target, HttpCompletionOption.ResponseHeadersRead, gone.Token))
        {
            watch.StatusCode.ShouldBe(HttpStatusCode.OK);
            var refused = await service.Client.GetAsync("/v1/acme/other/watch", HttpCompletionOption.ResponseHeadersRead);
            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            (await refused.ReadProblemAsync()).ShouldContain("\"quota\":\"watch-streams\"");
            // It is none of the requests under way.
            (await service.Client.GetAsync("/v1/acme/notes/state")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        await left.WaitAsync();

        await Tls.TlsHost.UntilAsync(async () =>
        {
            using var again = await service.Client.GetAsync(target, HttpCompletionOption.ResponseHeadersRead);
            return again.StatusCode == HttpStatusCode.OK;
        });
    }

    [Theory]
    [InlineData(true, "memory-router", "s3cret", 3)]
    [InlineData(true, "memory-router", "guess", 1)]
    [InlineData(true, "planner", "s3cret", 1)]
    [InlineData(false, "memory-router", "s3cret", 1)]
    public async Task What_comes_from_the_router_is_charged_already_if_it_proves_it(bool isBehindRouter, string app, string token, int answered)
    {
        await using var service = await TestService.StartAsync(
            Map(null),
            builder => builder.Configuration.AddInMemoryCollection(Settings(
            [
                ("Default:RequestsPerSecond", OneAnHour), ("Patience", "00:00:00"), ("../APP_API_TOKEN", "s3cret"),
                ("../Identity:Apps:memory-router:IsRouter", "true"), ("../Identity:Apps:planner:Tenant", "acme"), ("../Identity:Apps:planner:Scopes:0", "memory:admin"),
            ])),
            isBehindRouter);

        (await CountAsync(service, "acme", 3, ("dapr-caller-app-id", app), ("dapr-caller-namespace", "default"), ("dapr-api-token", token))).ShouldBe(answered);
    }

    [Fact]
    public async Task Tenant_that_nobody_proved_to_be_has_no_entry_and_spoils_nobodys_quota()
    {
        using var issuer = new TestIssuer("ec");
        await using var service = await TestService.StartAsync(Map(null), builder =>
        {
            builder.Configuration.AddInMemoryCollection(Settings([("Default:RequestsPerSecond", OneAnHour), ("Patience", "00:00:00")]));
            builder.Configuration.AddInMemoryCollection(issuer.Settings);
        });
        for (var i = 0; i < 5; i++)
            (await service.Client.GetAsync("/v1/acme/notes/state")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        using var own = new HttpRequestMessage(HttpMethod.Get, "/v1/acme/notes/state");
        own.Headers.Authorization = new("Bearer", issuer.Token("acme", scope: "memory:admin"));
        (await service.Client.SendAsync(own)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Default:RequestsPerSecond", "-1")]
    [InlineData("Default:ByteBurst", "1000")]
    [InlineData("Tenants:acme:ByteBurst", "1000")]
    [InlineData("Tenants:Not A Tenant:Concurrent", "1")]
    public async Task Quota_that_makes_no_sense_is_refused_at_start(string name, string value) =>
        await Should.ThrowAsync<OptionsValidationException>(async () => await (await StartAsync((name, value))).DisposeAsync());

    static Task<TestService> StartAsync(params (string Name, string Value)[] settings) => StartAsync(null, null, settings);

    static Task<TestService> StartAsync(Func<Task>? work, params (string Name, string Value)[] settings) => StartAsync(work, null, settings);

    static Task<TestService> StartAsync(Func<Task>? work, Action<WebApplication>? map, params (string Name, string Value)[] settings) => TestService.StartAsync(
        app =>
        {
            Map(work)(app);
            map?.Invoke(app);
        },
        builder => builder.Configuration.AddInMemoryCollection(Settings(settings)));

    static IEnumerable<KeyValuePair<string, string?>> Settings((string Name, string Value)[] settings) =>
        settings.Select(setting => KeyValuePair.Create(setting.Name.StartsWith("../", StringComparison.Ordinal) ? setting.Name[3..] : $"Quotas:{setting.Name}", (string?)setting.Value));

    static Action<WebApplication> Map(Func<Task>? work) => app => app.MapMethods("/v1/{tenant}/{space}/state", ["GET", "POST"], async (HttpContext context) =>
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (work is not null)
            await work();
        await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes($"{body.Length}"));
    });

    /// <summary>How many of so many requests are answered.</summary>
    static async Task<int> CountAsync(TestService service, string tenant, int requests, params (string Name, string Value)[] headers)
    {
        var answered = 0;
        for (var i = 0; i < requests; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/{tenant}/notes/state");
            foreach (var (name, value) in headers)
                request.Headers.Add(name, value);
            using var response = await service.Client.SendAsync(request);
            answered += response.StatusCode == HttpStatusCode.OK ? 1 : 0;
        }
        return answered;
    }
}
