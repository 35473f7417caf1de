using System.Net;
using DaprMemory.Hosting.Tests.Identity;
using DaprMemory.Router.Tests.Hosts;

namespace DaprMemory.Router.Tests.Forwarding;

public sealed class IdentityTests : IAsyncLifetime
{
    static readonly string[] Forgeable =
        ["dapr-app-id", "dapr-api-token", "dapr-caller-app-id", "dapr-caller-namespace", "dapr-callee-app-id", "Memory-Caller-App"];

    readonly TestIssuer _issuer = new();
    TestShard _shard = null!;
    TestRouter _router = null!;

    public async Task InitializeAsync()
    {
        _shard = await TestShard.StartAsync("memory-0");
        _router = await TestRouter.StartAsync(new Dictionary<string, string?>(TestRouter.Direct(_shard).Concat(_issuer.Settings))
        {
            ["APP_API_TOKEN"] = "s3cret",
            ["Identity:Apps:fleet:Tenant"] = "acme",
            ["Identity:Apps:fleet:Scopes:0"] = "memory:read",
        });
    }

    public async Task DisposeAsync()
    {
        await _router.DisposeAsync();
        await _shard.DisposeAsync();
        _issuer.Dispose();
    }

    [Fact]
    public async Task Good_token_is_passed_on_and_nothing_by_which_services_would_believe_more()
    {
        var token = "Bearer " + _issuer.Token();
        (await SendAsync("/v1/acme/s/state/k", [("Authorization", token), .. Forgeable.Select(name => (name, "forged"))])).ShouldBe(HttpStatusCode.OK);

        var seen = _shard.Requests.Single().Headers;
        seen["Authorization"].ShouldBe(token);
        foreach (var name in Forgeable)
            seen.ShouldNotContainKey(name);
    }

    [Theory]
    [InlineData("/v1/acme/s/state/k", null, HttpStatusCode.Unauthorized)]
    [InlineData("/v1/acme/s/state/k", "other", HttpStatusCode.NotFound)]
    [InlineData("/v1/acme/s", "other", HttpStatusCode.NotFound)]
    [InlineData("/cluster", "other", HttpStatusCode.OK)]
    public async Task Stranger_is_turned_away_before_a_shard_sees_the_request(string path, string? tenant, HttpStatusCode status)
    {
        (await SendAsync(path, tenant is null ? [] : [("Authorization", "Bearer " + _issuer.Token(tenant))])).ShouldBe(status);
        _shard.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task App_that_calls_is_named_to_the_shard_by_our_own_header()
    {
        (string, string)[] headers = [("dapr-caller-app-id", "fleet"), ("dapr-caller-namespace", "default"), ("dapr-api-token", "s3cret"), ("Memory-Caller-App", "forged")];
        (await SendAsync("/v1/acme/s/state/k", headers)).ShouldBe(HttpStatusCode.OK);

        var seen = _shard.Requests.Single().Headers;
        seen["Memory-Caller-App"].ShouldBe("fleet");
        seen.ShouldNotContainKey("dapr-caller-app-id");
        seen.ShouldNotContainKey("dapr-api-token");
    }

    async Task<HttpStatusCode> SendAsync(string path, IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        using var response = await _router.Client.SendAsync(request);
        return response.StatusCode;
    }
}
