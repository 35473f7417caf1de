using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DaprMemory.Hosting.Problems;
using DaprMemory.Router.Tests.Hosts;

namespace DaprMemory.Router.Tests.Forwarding;

public sealed class UnavailableTests : IAsyncLifetime
{
    readonly ManualTime _time = new();
    readonly string _space = TestRouter.SpaceOn("memory-0", "memory-1", "memory-2");
    TestShard _first = null!;
    TestShard _second = null!;
    TestShard _third = null!;
    TestRouter _router = null!;

    public async Task InitializeAsync()
    {
        _first = await TestShard.StartAsync("memory-0");
        _second = await TestShard.StartAsync("memory-1");
        _third = await TestShard.StartAsync("memory-2");
        _router = await TestRouter.StartAsync(TestRouter.Direct(_first, _second, _third), _time);
    }

    public async Task DisposeAsync()
    {
        await _router.DisposeAsync();
        foreach (var shard in new[] { _first, _second, _third })
            await shard.DisposeAsync();
    }

    [Theory]
    [InlineData("PUT", "none")]
    [InlineData("PUT", "unknown")]
    [InlineData("GET", null)]
    [InlineData("HEAD", null)]
    public async Task Shard_without_its_store_hands_the_same_request_on(string method, string? outcome)
    {
        _first.LoseStore(outcome);
        using var response = await SendAsync(method, "hello");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("Memory-Shard").ShouldBe(["memory-1"]);
        response.Headers.Contains("Retry-After").ShouldBeFalse();
        (await response.Content.ReadAsStringAsync()).ShouldBe(method == "HEAD" ? "" : "memory-1");
        var (one, two) = (_first.Requests.ShouldHaveSingleItem(), _second.Requests.ShouldHaveSingleItem());
        two.Body.ShouldBe(one.Body);
        (two.Method, two.Target).ShouldBe((one.Method, one.Target));
        two.Headers.GetValueOrDefault("Idempotency-Key").ShouldBe(one.Headers.GetValueOrDefault("Idempotency-Key"));
        two.Headers.GetValueOrDefault("Memory-Attempt").ShouldBe(outcome == "unknown" ? "2" : null);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task Second_shard_that_says_the_same_leaves_the_firsts_answer(string method)
    {
        _first.LoseStore("none");
        _second.LoseStore("none");
        using var response = await SendAsync(method);
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Headers.GetValues("Memory-Shard").ShouldBe(["memory-0"]);
        response.Headers.RetryAfter!.ToString().ShouldBe("1");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        if (method != "HEAD")
            (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString().ShouldBe("of memory-0");
        (_first.Requests.Count, _second.Requests.Count, _third.Requests.Count).ShouldBe((1, 1, 0));
    }

    // A sidecar passes answers on in pieces.
    [Fact]
    public async Task Answer_in_chunks_is_held_back_and_given_whole()
    {
        const string Body = """{"type":"urn:daprmemory:unavailable","status":503,"outcome":"none"}""";
        _first.Answer = _second.Answer = async context =>
        {
            context.Response.StatusCode = 503;
            context.Response.ContentType = "application/problem+json";
            await context.Response.WriteAsync(Body[..20]);
            await context.Response.Body.FlushAsync();
            await context.Response.WriteAsync(Body[20..]);
        };
        using var response = await SendAsync("PUT");
        (await response.Content.ReadAsStringAsync()).ShouldBe(Body);
        _second.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("none", "unknown", "memory-1")]
    [InlineData("unknown", "none", "memory-0")]
    public async Task Unknown_outcome_of_either_shard_is_the_answer(string first, string second, string answers)
    {
        _first.LoseStore(first);
        _second.LoseStore(second);
        using var response = await SendAsync("PUT");
        response.Headers.GetValues("Memory-Shard").ShouldBe([answers]);
        (await OutcomeAsync(response)).ShouldBe("unknown");
    }

    [Fact]
    public async Task Write_that_another_shard_may_have_done_is_unknown_whatever_one_says()
    {
        _first.LoseStore("none");
        _second.Answer = _third.Answer = AbortAsync;
        using var first = await SendAsync("PUT");
        (await OutcomeAsync(first)).ShouldBe("unknown");

        _first.Answer = AbortAsync;
        _second.LoseStore("none");
        using var second = await SendAsync("PUT");
        (await OutcomeAsync(second)).ShouldBe("unknown");

        using var read = await SendAsync("GET");
        (await read.Content.ReadAsStringAsync()).ShouldContain("of memory-1");
    }

    [Fact]
    public async Task Second_shard_gets_only_what_is_left_of_the_time()
    {
        _first.Answer = context =>
        {
            _time.Advance(TimeSpan.FromSeconds(1.75));
            return ProblemWriter.WriteAsync(context, Problem.Unavailable("late", "none"));
        };
        _second.Answer = context =>
        {
            _time.Advance(TimeSpan.FromSeconds(0.25));
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        var settings = TestRouter.Direct(_first, _second, _third);
        settings["Router:FailuresToUnhealthy"] = "1";
        await using var router = await TestRouter.StartAsync(settings, _time);
        (await (await router.Client.GetAsync($"/v1/acme/{_space}/state/k")).Content.ReadAsStringAsync()).ShouldContain("late");
        (_second.Requests.Count, _third.Requests.Count).ShouldBe((1, 0));
        // That it would have needed more time is not its failure.
        (await router.ShardPageAsync("memory-1")).GetProperty("passive").GetString().ShouldBe("unknown");
    }

    [Fact]
    public async Task Second_shard_is_not_asked_when_no_useful_time_is_left()
    {
        _first.Answer = context =>
        {
            _time.Advance(TimeSpan.FromSeconds(1.95));
            return ProblemWriter.WriteAsync(context, Problem.Unavailable("late", "none"));
        };
        using var response = await SendAsync("PUT");
        (await OutcomeAsync(response)).ShouldBe("none");
        _second.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("application/problem+json", """{"type":"urn:daprmemory:internal","status":503}""")]
    [InlineData("application/problem+json", "[503]")]
    [InlineData("application/problem+json", "no JSON")]
    [InlineData("application/json", """{"type":"urn:daprmemory:unavailable"}""")]
    public async Task Other_503_is_the_shards_answer(string type, string body)
    {
        _first.Answer = context =>
        {
            context.Response.StatusCode = 503;
            context.Response.ContentType = type;
            context.Response.Headers["Memory-Version"] = "7";
            return context.Response.WriteAsync(body);
        };
        using var response = await SendAsync("PUT");
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await response.Content.ReadAsStringAsync()).ShouldBe(body);
        response.Headers.GetValues("Memory-Version").ShouldBe(["7"]);
        _second.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Shard_that_keeps_missing_its_store_is_left_though_it_answers_reads()
    {
        for (var i = 0; i < 3; i++)
        {
            _first.LoseStore("none");
            (await SendAsync("PUT")).Headers.GetValues("Memory-Shard").ShouldBe(["memory-1"]);
            _first.Take(TimeSpan.Zero, _time);
            (await _router.ShardPageAsync("memory-0")).GetProperty("passive").GetString().ShouldBe(i < 2 ? "unknown" : "unhealthy");
            (await SendAsync("GET")).Headers.GetValues("Memory-Shard").ShouldBe([i < 2 ? "memory-0" : "memory-1"]);
        }
    }

    [Fact]
    public async Task Read_does_not_prove_the_store()
    {
        _first.Answer = AbortAsync;
        (await SendAsync("GET")).Headers.GetValues("Memory-Shard").ShouldBe(["memory-1"]);
        _first.LoseStore("none");
        for (var i = 0; i < 3; i++)
            await SendAsync("PUT");
        await _second.StopAsync();
        await _third.StopAsync();
        _first.Take(TimeSpan.Zero, _time);
        (await SendAsync("GET")).Headers.GetValues("Memory-Shard").ShouldBe(["memory-0"]);
        (await _router.ShardPageAsync("memory-0")).GetProperty("passive").GetString().ShouldBe("unhealthy");
        (await SendAsync("PUT")).Headers.GetValues("Memory-Shard").ShouldBe(["memory-0"]);
        (await _router.ShardPageAsync("memory-0")).GetProperty("passive").GetString().ShouldBe("healthy");
    }

    [Fact]
    public async Task Write_that_succeeds_proves_the_store()
    {
        for (var i = 0; i < 5; i++)
        {
            _first.LoseStore("none");
            await SendAsync("PUT");
            _first.Take(TimeSpan.Zero, _time);
            (await SendAsync("PUT")).Headers.GetValues("Memory-Shard").ShouldBe(["memory-0"]);
        }
    }

    [Fact]
    public async Task Shards_that_all_miss_the_store_are_asked_once_each_request()
    {
        foreach (var shard in new[] { _first, _second, _third })
            shard.LoseStore("none");
        for (var i = 0; i < 10; i++)
            await SendAsync("PUT");
        foreach (var shard in new[] { _first, _second, _third })
        {
            (await _router.ShardPageAsync(shard.Id)).GetProperty("passive").GetString().ShouldBe("unhealthy");
            shard.Requests.Clear();
        }
        using var response = await SendAsync("PUT");
        (await OutcomeAsync(response)).ShouldBe("none");
        (_first.Requests.Count, _second.Requests.Count, _third.Requests.Count).ShouldBe((1, 0, 0));
    }

    async Task<HttpResponseMessage> SendAsync(string method, string body = "x")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1/acme/{_space}/state/k");
        if (method == "PUT")
            request.Content = new StringContent(body);
        return await _router.Client.SendAsync(request);
    }

    static async Task<string?> OutcomeAsync(HttpResponseMessage response)
    {
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("outcome").GetString();
    }

    static Task AbortAsync(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }
}
