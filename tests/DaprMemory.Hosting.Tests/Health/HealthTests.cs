using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace DaprMemory.Hosting.Tests.Health;

public sealed class HealthTests
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/healthz")]
    public async Task Pages_of_a_running_service_say_ok(string path)
    {
        await using var service = await TestService.StartAsync();

        using var response = await service.Client.GetAsync(path);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"status":"ok"}""");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        response.Headers.Contains("Server").ShouldBeFalse();
    }

    [Fact]
    public async Task Ready_with_a_failing_check_is_503_with_the_reason_while_live_stays_200()
    {
        await using var service = await TestService.StartAsync(configure: builder => builder.Services.AddHealthChecks()
            .AddCheck("store", () => HealthCheckResult.Unhealthy("no answer"))
            .AddCheck("cache", () => HealthCheckResult.Degraded("slow")));

        using var ready = await service.Client.GetAsync("/health/ready");
        using var live = await service.Client.GetAsync("/health/live");

        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await ready.Content.ReadAsStringAsync()).ShouldBe("""{"status":"unavailable","reasons":["store: no answer","cache: slow"]}""");
        live.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Ready_with_a_degraded_check_is_200_with_the_reason()
    {
        await using var service = await TestService.StartAsync(configure: builder => builder.Services.AddHealthChecks()
            .AddCheck("cache", () => HealthCheckResult.Degraded("slow")));

        using var ready = await service.Client.GetAsync("/health/ready");

        ready.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ready.Content.ReadAsStringAsync()).ShouldBe("""{"status":"ok","reasons":["cache: slow"]}""");
    }

    [Fact]
    public async Task Ready_of_a_stopping_service_is_503_while_it_still_serves()
    {
        var drain = new HeldDrain();
        await using var service = await TestService.StartAsync(configure: builder =>
        {
            builder.Configuration["Hosting:DrainDelay"] = "00:05:00";
            builder.Configuration["Hosting:ShutdownTimeout"] = "00:06:00";
            builder.Services.AddSingleton<TimeProvider>(drain);
        });

        var stopping = service.App.StopAsync();
        await drain.Begun;
        using var ready = await service.Client.GetAsync("/health/ready");
        using var live = await service.Client.GetAsync("/health/live");
        drain.End();
        await stopping;

        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await ready.Content.ReadAsStringAsync()).ShouldBe("""{"status":"unavailable","reasons":["lifetime: stopping"]}""");
        live.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Should.ThrowAsync<HttpRequestException>(() => service.Client.GetAsync("/health/live"));
    }

    [Theory]
    [InlineData("01:00:00")]
    [InlineData("00:00:30")]
    [InlineData("-00:00:01")]
    public async Task Service_with_impossible_times_does_not_start(string drainDelay)
    {
        var start = () => TestService.StartAsync(configure: builder => builder.Configuration["Hosting:DrainDelay"] = drainDelay);

        (await start.ShouldThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>()).Message.ShouldContain("DrainDelay");
    }

    /// <summary>A clock whose one timer of five minutes fires when the test says so.</summary>
    sealed class HeldDrain : TimeProvider
    {
        readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Action? _fire;

        public Task Begun => _begun.Task;

        public void End() => _fire!();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != TimeSpan.FromMinutes(5))
                return base.CreateTimer(callback, state, dueTime, period);
            _fire = () => callback(state);
            _begun.SetResult();
            return base.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
