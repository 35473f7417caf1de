using System.Net;
using System.Net.Http.Json;
using DaprMemory.Router.Tests.Hosts;

namespace DaprMemory.Router.Tests.Shards;

public sealed class SidecarTests : IAsyncLifetime
{
    readonly string _space = TestRouter.SpaceOn("memory-0", "memory-1");
    readonly HashSet<string> _unreachable = [];
    TestShard _sidecar = null!;

    public async Task InitializeAsync()
    {
        _sidecar = await TestShard.StartAsync("sidecar", isNamed: false);
        _sidecar.Answer = AnswerAsync;
    }

    public async Task DisposeAsync() => await _sidecar.DisposeAsync();

    [Fact]
    public async Task Request_names_the_app_and_keeps_its_path()
    {
        await using var router = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/acme/{_space}/state/a@b?ttl=5")
        {
            Content = JsonContent.Create(1),
            Headers = { { "dapr-app-id", "admission" }, { "dapr-api-token", "forged" } },
        };
        using var response = await router.Client.SendAsync(request);
        response.Headers.GetValues("Memory-Shard").ShouldBe(["memory-0"]);
        var seen = _sidecar.Requests.ShouldHaveSingleItem();
        seen.Target.ShouldBe($"/v1/acme/{_space}/state/a@b?ttl=5");
        seen.Headers["dapr-app-id"].ShouldBe("memory-0");
        seen.Headers["dapr-api-token"].ShouldBe("token-of-the-sidecar");
    }

    [Fact]
    public async Task App_that_dapr_can_not_invoke_loses_the_request_to_the_next()
    {
        _unreachable.Add("memory-0");
        await using var router = await StartAsync();
        using var response = await router.Client.PutAsync($"/v1/acme/{_space}/state/k", new StringContent("hello"));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).ShouldBe("hello");
        response.Headers.GetValues("Memory-Shard").ShouldBe(["memory-1"]);
        _sidecar.Requests.Select(seen => seen.Headers["dapr-app-id"]).ShouldBe(["memory-0", "memory-1"]);
        _sidecar.Requests.Select(seen => seen.Headers["Idempotency-Key"]).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Apps_that_dapr_can_not_invoke_make_the_outcome_unknown()
    {
        _unreachable.UnionWith(["memory-0", "memory-1"]);
        await using var router = await StartAsync();
        using var response = await router.Client.PutAsJsonAsync($"/v1/acme/{_space}/state/k", 1);
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var body = await response.Content.ReadAsStringAsync();
        body.ShouldContain("\"outcome\":\"unknown\"");
        body.ShouldNotContain("ERR_DIRECT_INVOKE");
    }

    [Fact]
    public async Task Shards_own_failure_through_the_sidecar_is_its_answer()
    {
        _sidecar.Answer = context =>
        {
            context.Response.Headers["Memory-Shard"] = "memory-0";
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        await using var router = await StartAsync();
        using var response = await router.Client.GetAsync($"/v1/acme/{_space}/state/k");
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Headers.GetValues("Memory-Shard").ShouldBe(["memory-0"]);
        _sidecar.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Probe_goes_through_the_sidecar_too()
    {
        _unreachable.Add("memory-1");
        await using var router = await StartAsync(probeInterval: "00:00:00.030");
        await router.UntilAsync("memory-0", "active", "healthy");
        await router.UntilAsync("memory-1", "active", "unhealthy");
        _sidecar.Probes.Select(probe => probe.Headers["dapr-app-id"]).Distinct().Order().ShouldBe(["memory-0", "memory-1"]);
        _sidecar.Probes.ShouldAllBe(probe => probe.Headers["dapr-api-token"] == "token-of-the-sidecar");
    }

    [Fact]
    public async Task Shards_by_sidecar_and_by_address_stand_on_one_ring()
    {
        await using var direct = await TestShard.StartAsync("memory-1");
        _unreachable.Add("memory-0");
        var settings = Settings();
        settings["Router:Shards:1:Via"] = null;
        settings["Router:Shards:1:Address"] = direct.Address;
        await using var router = await TestRouter.StartAsync(settings);
        (await router.Client.GetStringAsync($"/v1/acme/{_space}/state/k")).ShouldBe("memory-1");
        direct.Requests.Single().Headers.ShouldNotContainKey("dapr-app-id");
    }

    Task<TestRouter> StartAsync(string probeInterval = "01:00:00")
    {
        var settings = Settings();
        settings["Router:ProbeInterval"] = probeInterval;
        return TestRouter.StartAsync(settings);
    }

    Dictionary<string, string?> Settings() => new()
    {
        ["DAPR_API_TOKEN"] = "token-of-the-sidecar",
        ["Router:Sidecar"] = _sidecar.Address + "/",
        ["Router:ProbeInterval"] = "01:00:00",
        ["Router:Shards:0:Id"] = "memory-0",
        ["Router:Shards:0:Via"] = "sidecar",
        ["Router:Shards:1:Id"] = "memory-1",
        ["Router:Shards:1:Via"] = "sidecar",
    };

    async Task AnswerAsync(HttpContext context)
    {
        var app = context.Request.Headers["dapr-app-id"].ToString();
        if (_unreachable.Contains(app))
        {
            context.Response.StatusCode = 500;
            await context.Response.WriteAsJsonAsync(
                new { errorCode = "ERR_DIRECT_INVOKE", message = $"failed to invoke, id: {app}, err: no host found with the given ID" });
            return;
        }
        context.Response.Headers["Memory-Shard"] = app;
        await context.Request.Body.CopyToAsync(context.Response.Body);
    }
}
