using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Hosting.Tests.Identity;

/// <summary>An OpenID provider on a real port: it says where its keys are, and counts how often they are read.</summary>
internal sealed class TestProvider : IAsyncDisposable
{
    readonly WebApplication _app;
    int _reads;

    TestProvider(TestIssuer issuer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapGet("/realm/.well-known/openid-configuration", () =>
            IsDown ? Results.StatusCode(503) : Results.Json(new { issuer = TestIssuer.Name, jwks_uri = $"{Authority}/keys" }));
        _app.MapGet("/realm/keys", () =>
        {
            Interlocked.Increment(ref _reads);
            return Results.Text(Nonsense ?? issuer.Jwks);
        });
    }

    public string Authority => _app.Urls.Single() + "/realm";

    /// <summary>How often the keys were read.</summary>
    public int Reads => _reads;

    public bool IsDown { get; set; }

    /// <summary>What it says instead of its keys.</summary>
    public string? Nonsense { get; set; }

    public static async Task<TestProvider> StartAsync(TestIssuer issuer)
    {
        var provider = new TestProvider(issuer);
        await provider._app.StartAsync();
        return provider;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
