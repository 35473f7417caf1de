using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DaprMemory.Router.Tests.Hosts;

namespace DaprMemory.Router.Tests.Forwarding;

public sealed class FailoverTests : IAsyncLifetime
{
    readonly string _space = TestRouter.SpaceOn("memory-0", "memory-1");
    TestShard _first = null!;
    TestShard _second = null!;
    TestRouter _router = null!;

    public async Task InitializeAsync()
    {
        (_first, _second) = (await TestShard.StartAsync("memory-0"), await TestShard.StartAsync("memory-1"));
        var settings = TestRouter.Direct(_first, _second);
        settings["Router:FailuresToUnhealthy"] = "2";
        _router = await TestRouter.StartAsync(settings);
        (await PutAsync("warm")).ShouldBe("memory-0");
        _first.Requests.Clear();
    }

    public async Task DisposeAsync()
    {
        await _router.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task Refused_connection_moves_the_request_on_and_later_requests_at_once()
    {
        await _first.StopAsync();
        (await PutAsync("x")).ShouldBe("memory-1");
        (await _router.ShardPageAsync("memory-0")).GetProperty("passive").GetString().ShouldBe("unhealthy");
        (await PutAsync("y")).ShouldBe("memory-1");
    }

    [Fact]
    public async Task Connection_closed_after_reading_moves_the_same_request_on()
    {
        _first.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        (await PutAsync("hello")).ShouldBe("memory-1");
        ShouldHaveMoved();
    }

    [Fact]
    public async Task Hung_shard_loses_the_request_after_the_attempts_timeout()
    {
        _first.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var settings = TestRouter.Direct(_first, _second);
        settings["Router:AttemptTimeout"] = "00:00:01";
        await using var router = await TestRouter.StartAsync(settings);
        using var response = await router.Client.PutAsync($"/v1/acme/{_space}/state/k", new StringContent("hello"));
        response.Headers.GetValues("Memory-Shard").ShouldBe(["memory-1"]);
        ShouldHaveMoved();
    }

    [Fact]
    public async Task One_lost_request_does_not_cost_a_shard_its_spaces_but_several_in_a_row_do()
    {
        var answer = _first.Answer;
        _first.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        (await PutAsync("1")).ShouldBe("memory-1");
        (await _router.ShardPageAsync("memory-0")).GetProperty("passive").GetString().ShouldBe("unknown");
        (await PutAsync("2")).ShouldBe("memory-1");
        (await _router.ShardPageAsync("memory-0")).GetProperty("passive").GetString().ShouldBe("unhealthy");

        // It is avoided now, though it is well again, until the other one is lost too: then it is asked, and an answer is proof.
        _first.Answer = answer;
        (await PutAsync("3")).ShouldBe("memory-1");
        await _second.StopAsync();
        (await PutAsync("4")).ShouldBe("memory-0");
        (await _router.ShardPageAsync("memory-0")).GetProperty("passive").GetString().ShouldBe("healthy");
    }

    [Fact]
    public async Task Answer_that_breaks_off_before_its_first_byte_moves_the_request_on()
    {
        _first.Answer = async context =>
        {
            context.Response.ContentLength = 10;
            await context.Response.StartAsync();
            await context.Response.BodyWriter.FlushAsync();
            context.Abort();
        };
        (await PutAsync("hello")).ShouldBe("memory-1");
        ShouldHaveMoved();
    }

    [Fact]
    public async Task Answer_that_breaks_off_later_breaks_off_for_the_client()
    {
        var isRead = new TaskCompletionSource();
        _first.Answer = async context =>
        {
            context.Response.ContentLength = 10;
            await context.Response.WriteAsync("12345");
            await isRead.Task;
            context.Abort();
        };
        using var response = await _router.Client.GetAsync($"/v1/acme/{_space}/state/k", HttpCompletionOption.ResponseHeadersRead);
        isRead.SetResult();
        await Should.ThrowAsync<Exception>(() => response.Content.ReadAsStringAsync());
        _second.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Shards_own_failure_is_its_answer(int status)
    {
        _first.Answer = context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("own");
        };
        using var response = await _router.Client.PutAsJsonAsync($"/v1/acme/{_space}/state/k", 1);
        ((int)response.StatusCode).ShouldBe(status);
        (await response.Content.ReadAsStringAsync()).ShouldBe("own");
        _second.Requests.ShouldBeEmpty();
        (await _router.ShardPageAsync("memory-0")).GetProperty("passive").GetString().ShouldBe("unknown");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Large_body_is_replayed_intact(bool isChunked)
    {
        _first.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        var bytes = new byte[3 * 1024 * 1024];
        new Random(1).NextBytes(bytes);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/acme/{_space}/transactions");
        request.Content = new ByteArrayContent(bytes);
        request.Headers.TransferEncodingChunked = isChunked;
        request.Headers.ExpectContinue = true;
        using var response = await _router.Client.SendAsync(request);
        response.Headers.GetValues("Memory-Shard").ShouldBe(["memory-1"]);
        _first.Requests.Single().Body.ShouldBe(bytes);
        _second.Requests.Single().Body.ShouldBe(bytes);
        _second.Requests.Single().Headers.ShouldNotContainKey("Expect");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_over_the_limit_is_refused_and_no_shard_asked(bool isChunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/acme/{_space}/state/k")
        {
            Content = new ByteArrayContent(new byte[(4 * 1024 * 1024) + 1]),
        };
        request.Headers.TransferEncodingChunked = isChunked;
        request.Headers.ExpectContinue = true;
        using var response = await _router.Client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("type").GetString().ShouldBe("urn:daprmemory:value-too-large");
        _first.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Write_that_no_shard_has_seen_says_outcome_none()
    {
        await _first.StopAsync();
        await _second.StopAsync();
        await ShouldBeUnavailableAsync(HttpMethod.Put, "none");
        await ShouldBeUnavailableAsync(HttpMethod.Get, null);
    }

    [Fact]
    public async Task Write_that_a_shard_may_have_done_says_outcome_unknown()
    {
        _first.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        await _second.StopAsync();
        await ShouldBeUnavailableAsync(HttpMethod.Put, "unknown");
        await ShouldBeUnavailableAsync(HttpMethod.Get, null);
    }

    [Fact]
    public async Task Attempts_end_with_the_total_timeout()
    {
        await using var third = await TestShard.StartAsync("memory-2");
        foreach (var shard in new[] { _first, _second, third })
            shard.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var settings = TestRouter.Direct(_first, _second, third);
        settings["Router:AttemptTimeout"] = settings["Router:TotalTimeout"] = "00:00:00.200";
        await using var router = await TestRouter.StartAsync(settings);
        using var response = await router.Client.PutAsJsonAsync("/v1/acme/s/state/k", 1);
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (_first.Requests.Count + _second.Requests.Count + third.Requests.Count).ShouldBe(1);
    }

    [Fact]
    public async Task Client_that_leaves_is_no_failure_of_the_shard()
    {
        var settings = TestRouter.Direct(_first, _second);
        settings["Router:FailuresToUnhealthy"] = "1";
        await using var router = await TestRouter.StartAsync(settings);
        var isAsked = new TaskCompletionSource();
        var isLeft = new TaskCompletionSource();
        _first.Answer = async context =>
        {
            isAsked.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            isLeft.SetResult();
        };
        using var leave = new CancellationTokenSource();
        var asking = router.Client.PutAsJsonAsync($"/v1/acme/{_space}/state/k", 1, leave.Token);
        await isAsked.Task;
        await leave.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => asking);
        await isLeft.Task;
        _first.Answer = context => context.Response.WriteAsync("back");
        (await router.Client.GetStringAsync($"/v1/acme/{_space}/state/k")).ShouldBe("back");
        _second.Requests.ShouldBeEmpty();
        (await router.ShardPageAsync("memory-0")).GetProperty("passive").GetString().ShouldBe("unknown");
    }

    async Task<string> PutAsync(string body)
    {
        using var response = await _router.Client.PutAsync($"/v1/acme/{_space}/state/k", new StringContent(body));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return response.Headers.GetValues("Memory-Shard").Single();
    }

    async Task ShouldBeUnavailableAsync(HttpMethod method, string? outcome)
    {
        using var request = new HttpRequestMessage(method, $"/v1/acme/{_space}/state/k");
        using var response = await _router.Client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter!.ToString().ShouldBe("1");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("type").GetString().ShouldBe("urn:daprmemory:unavailable");
        (problem.TryGetProperty("outcome", out var said) ? said.GetString() : null).ShouldBe(outcome);
    }

    void ShouldHaveMoved()
    {
        var (one, two) = (_first.Requests.ShouldHaveSingleItem(), _second.Requests.ShouldHaveSingleItem());
        two.Body.ShouldBe(one.Body);
        two.Headers["Idempotency-Key"].ShouldBe(one.Headers["Idempotency-Key"]);
        one.Headers.ShouldNotContainKey("Memory-Attempt");
        two.Headers["Memory-Attempt"].ShouldBe("2", "the first shard may be at it still");
        (two.Method, two.Target).ShouldBe((one.Method, one.Target));
    }
}
