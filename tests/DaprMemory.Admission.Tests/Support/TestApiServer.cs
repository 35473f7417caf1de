using System.Security.Cryptography.X509Certificates;
using DaprMemory.Hosting.Tests.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Admission.Tests.Support;

/// <summary>The part of an API server that is asked: namespaces, for who shows a token.</summary>
internal sealed class TestApiServer : IAsyncDisposable
{
    public const string Token = "a-service-account";

    readonly WebApplication _app;

    TestApiServer(WebApplication app) => _app = app;

    /// <summary>Namespaces by name, each with its tenant or none.</summary>
    public Dictionary<string, string?> Namespaces { get; } = new() { ["memory"] = null, ["acme"] = "acme", ["globex"] = "globex", ["tools"] = null };

    public string Address => _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();

    public static async Task<TestApiServer> StartAsync(TestAuthority authority)
    {
        var (certificate, key) = authority.Sign("kube-apiserver");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls("https://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https =>
            https.ServerCertificate = X509Certificate2.CreateFromPem(certificate, key)));
        var server = new TestApiServer(builder.Build());
        server._app.MapGet("/api/v1/namespaces/{name}", server.Answer);
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    IResult Answer(string name, HttpRequest request)
    {
        if (request.Headers.Authorization != $"Bearer {Token}")
            return TypedResults.Unauthorized();
        if (!Namespaces.TryGetValue(name, out var tenant))
            return TypedResults.NotFound();
        var labels = new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = name };
        if (tenant is not null)
            labels["daprmemory.io/tenant"] = tenant;
        return TypedResults.Json(new { kind = "Namespace", apiVersion = "v1", metadata = new { name, labels, uid = Guid.NewGuid() }, spec = new { }, status = new { phase = "Active" } });
    }
}
