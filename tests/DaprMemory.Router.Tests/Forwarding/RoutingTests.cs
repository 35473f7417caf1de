using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DaprMemory.Router.Tests.Hosts;

namespace DaprMemory.Router.Tests.Forwarding;

public sealed class RoutingTests : IAsyncLifetime
{
    TestShard _a = null!;
    TestShard _b = null!;
    TestShard _c = null!;
    TestRouter _router = null!;

    public async Task InitializeAsync()
    {
        _a = await TestShard.StartAsync("memory-0");
        _b = await TestShard.StartAsync("memory-1");
        _c = await TestShard.StartAsync("memory-2");
        _router = await TestRouter.StartAsync(_a, _b, _c);
    }

    public async Task DisposeAsync()
    {
        await _router.DisposeAsync();
        foreach (var shard in new[] { _a, _b, _c })
            await shard.DisposeAsync();
    }

    [Fact]
    public async Task Space_is_always_sent_to_its_shard_and_a_branch_to_its_trunks()
    {
        var used = new HashSet<string>();
        for (var i = 0; i < 40; i++)
        {
            var shard = await ShardOfAsync($"/v1/acme/agent-{i}");
            used.Add(shard);
            (await ShardOfAsync($"/v1/acme/agent-{i}/state/k")).ShouldBe(shard);
            (await ShardOfAsync($"/v1/acme/agent-{i}@what-if/state/k")).ShouldBe(shard);
            (await ShardOfAsync($"/v1/acme/agent-{i}%40what-if/state/k")).ShouldBe(shard);
        }
        used.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Page_of_a_tenant_is_always_sent_to_the_shard_of_its_directory()
    {
        var used = new HashSet<string>();
        for (var i = 0; i < 40; i++)
        {
            var shard = await ShardOfAsync($"/v1/tenant-{i}/spaces");
            used.Add(shard);
            (await ShardOfAsync($"/v1/tenant-{i}/spaces?after=x")).ShouldBe(shard);
            (await ShardOfAsync($"/v1/tenant-{i}/spaces/")).ShouldBe(shard);
        }
        used.Count.ShouldBe(3);
        // A space may have the name all the same.
        (await ShardOfAsync("/v1/acme/spaces/state/k")).ShouldNotBeNull();
        using var refused = await _router.Client.GetAsync("/v1/Acme/spaces");
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Answer_passes_with_status_headers_and_the_shards_name()
    {
        var space = TestRouter.SpaceOn("memory-1", "memory-0", "memory-2");
        _b.Answer = context =>
        {
            context.Response.StatusCode = 412;
            context.Response.Headers.ETag = "\"7.0\"";
            context.Response.ContentType = "application/problem+json";
            return context.Response.WriteAsync("{\"etag\":\"7.0\"}");
        };
        using var response = await _router.Client.GetAsync($"/v1/acme/{space}/state/k");
        response.StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        response.Headers.ETag!.Tag.ShouldBe("\"7.0\"");
        response.Headers.GetValues("Memory-Shard").ShouldBe(["memory-1"]);
        (await response.Content.ReadAsStringAsync()).ShouldBe("{\"etag\":\"7.0\"}");
    }

    [Theory]
    [InlineData("/v1/acme/s/state/a%2Fb")]
    [InlineData("/v1/acme/s/state/a%20b:c@d=e~f")]
    [InlineData("/v1/acme/s/state/%C3%A9?prefix=%2F+x&after=a%26b")]
    [InlineData("/v1/acme/%73/state/k")]
    [InlineData("/v1/acme/s")]
    [InlineData("/v1/acme/s/")]
    public async Task Target_reaches_the_shard_as_the_client_wrote_it(string target)
    {
        var asIs = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var uri = new Uri(_router.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) + target, asIs);
        using var response = await _router.Client.GetAsync(uri);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        Only().Target.ShouldBe(target);
    }

    [Fact]
    public async Task Write_without_idempotency_key_gets_one_and_a_read_does_not()
    {
        await _router.Client.PutAsJsonAsync("/v1/acme/s/state/k", 1);
        await _router.Client.PutAsJsonAsync("/v1/acme/s/state/k", 1);
        await _router.Client.GetAsync("/v1/acme/s/state/k");
        var seen = All();
        seen.Where(one => one.Method == "PUT").Select(one => one.Headers["Idempotency-Key"]).Distinct().Count().ShouldBe(2);
        seen.Single(one => one.Method == "GET").Headers.ShouldNotContainKey("Idempotency-Key");
    }

    [Fact]
    public async Task Clients_idempotency_key_stays()
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/v1/acme/s/state/k") { Headers = { { "Idempotency-Key", "mine" } } };
        await _router.Client.SendAsync(request);
        Only().Headers["Idempotency-Key"].ShouldBe("mine");
    }

    [Fact]
    public async Task Request_headers_pass_but_for_host_and_what_only_a_sidecar_may_say()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/acme/s/state/k")
        {
            Headers =
            {
                { "Memory-Token", "t1" },
                { "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
                { "dapr-app-id", "admission" },
                { "dapr-api-token", "secret" },
            },
        };
        request.Headers.Host = "memory.example";
        await _router.Client.SendAsync(request);
        var headers = Only().Headers;
        headers["Memory-Token"].ShouldBe("t1");
        headers["traceparent"].ShouldBe("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        headers["Host"].ShouldStartWith("127.0.0.1:");
        headers.ShouldNotContainKey("dapr-app-id");
        headers.ShouldNotContainKey("dapr-api-token");
        headers.ShouldNotContainKey("X-Forwarded-For");
    }

    [Theory]
    [InlineData("/v1/ACME/s/state/k", "urn:daprmemory:invalid-tenant", "a-z")]
    [InlineData("/v1/-acme/s", "urn:daprmemory:invalid-tenant", "begins")]
    [InlineData("/v1/acme/a%2Fb/state/k", "urn:daprmemory:invalid-space", "A-Z")]
    [InlineData("/v1/acme/s@/state/k", "urn:daprmemory:invalid-space", "1 to 128")]
    [InlineData("/v1/acme/s@a@b/state/k", "urn:daprmemory:invalid-space", "A-Z")]
    public async Task Name_that_breaks_a_rule_is_refused_and_no_shard_asked(string path, string type, string rule)
    {
        using var response = await _router.Client.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("type").GetString().ShouldBe(type);
        problem.GetProperty("rule").GetString()!.ShouldContain(rule);
        All().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/v1/acme")]
    [InlineData("/v2/acme/s")]
    [InlineData("/")]
    public async Task Path_that_is_no_spaces_is_not_found(string path)
    {
        using var response = await _router.Client.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("type").GetString().ShouldBe("urn:daprmemory:not-found");
    }

    Seen[] All() => [.. _a.Requests, .. _b.Requests, .. _c.Requests];

    Seen Only() => All().ShouldHaveSingleItem();

    async Task<string> ShardOfAsync(string path)
    {
        using var response = await _router.Client.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return response.Headers.GetValues("Memory-Shard").Single();
    }
}
