using System.Net;
using DaprMemory.Hosting.Identity;
using DaprMemory.Hosting.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace DaprMemory.Hosting.Tests.Identity;

public sealed class AppIdentityTests : IAsyncLifetime
{
    readonly TestIssuer _issuer = new();
    TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync(
        app =>
        {
            app.MapGet("/v1/{tenant}/read", (HttpContext context) => context.GetCaller().Agent + " " + context.GetCaller().AppId).WithAccess(EndpointAccess.Read);
            app.MapGet("/v1/{tenant}/write", () => "never").WithAccess(EndpointAccess.Write);
        },
        builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(_issuer.Settings)
        {
            ["APP_API_TOKEN"] = "s3cret",
            ["Identity:Apps:fleet:Tenant"] = "acme",
            ["Identity:Apps:fleet:Agent"] = "planner",
            ["Identity:Apps:fleet:Scopes:0"] = "memory:read",
            ["Identity:Apps:memory-router:IsRouter"] = "true",
            ["Identity:Apps:memory-router:Namespace"] = "memory",
        }));

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        _issuer.Dispose();
    }

    [Theory]
    [InlineData("fleet", "default", "s3cret", null, 200)]
    [InlineData("fleet", "default", "s3cre", null, 401)]
    [InlineData("fleet", "default", "", null, 401)]
    [InlineData("fleet", "default", null, null, 401)]
    [InlineData("fleet", "other", "s3cret", null, 401)]
    [InlineData("fleet", null, "s3cret", null, 401)]
    [InlineData("Fleet", "default", "s3cret", null, 401)]
    [InlineData("stranger", "default", "s3cret", null, 401)]
    [InlineData("stranger", "default", "s3cret", "fleet", 401)]
    [InlineData("memory-router", "memory", "s3cret", null, 401)]
    [InlineData("memory-router", "memory", "s3cret", "fleet", 200)]
    [InlineData("memory-router", "memory", "s3cret", "stranger", 401)]
    [InlineData("memory-router", "memory", "s3cret", "memory-router", 401)]
    [InlineData("memory-router", "default", "s3cret", "fleet", 401)]
    [InlineData("memory-router", "memory", "wrong", "fleet", 401)]
    [InlineData(null, null, "s3cret", "fleet", 401)]
    public async Task App_is_known_only_by_all_of_its_id_namespace_and_the_app_token(string? app, string? ns, string? token, string? callerApp, int status)
    {
        var answer = await SendAsync("/v1/acme/read", app, ns, token, callerApp);
        ((int)answer.StatusCode).ShouldBe(status);
        if (status == 200)
            (await answer.Content.ReadAsStringAsync()).ShouldBe("planner fleet");
    }

    [Fact]
    public async Task App_is_bound_to_its_tenant_and_scopes()
    {
        (await SendAsync("/v1/other/read", "fleet", "default", "s3cret")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await SendAsync("/v1/acme/write", "fleet", "default", "s3cret")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Bad_token_is_not_made_good_by_an_app() =>
        (await SendAsync("/v1/acme/read", "fleet", "default", "s3cret", null, "Bearer x.y.z")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task Token_counts_before_the_app() =>
        (await (await SendAsync("/v1/acme/read", "fleet", "default", "s3cret", null, "Bearer " + _issuer.Token(agent: "coder"))).Content.ReadAsStringAsync()).ShouldBe("coder ");

    [Fact]
    public async Task Token_is_refused_where_only_apps_are_known()
    {
        await using var service = await TestService.StartAsync(
            app => app.MapGet("/v1/{tenant}/read", () => "never").WithAccess(EndpointAccess.Read),
            builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Identity:Mode"] = "Required",
                ["APP_API_TOKEN"] = "s3cret",
                ["Identity:Apps:fleet:Tenant"] = "acme",
                ["Identity:Apps:fleet:Scopes:0"] = "memory:read",
            }));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/acme/read") { Headers = { Authorization = new("Bearer", _issuer.Token()) } };
        using var answer = await service.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    async Task<HttpResponseMessage> SendAsync(string path, string? app, string? ns, string? token, string? callerApp = null, string? authorization = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in new[]
        {
            ("dapr-caller-app-id", app), ("dapr-caller-namespace", ns), ("dapr-api-token", token), ("Memory-Caller-App", callerApp), ("Authorization", authorization),
        })
        {
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value);
        }
        return await _service.Client.SendAsync(request);
    }
}
