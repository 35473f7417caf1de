using System.Net.Http.Headers;
using DaprMemory.Cli.Identity;
using DaprMemory.Hosting.Identity;
using DaprMemory.Hosting.Tests.Tls;
using DaprMemory.LocalSidecar;
using DaprMemory.Router;
using DaprMemory.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DaprMemory.EndToEnd.Tests.Support;

/// <summary>A router and a shard that speak HTTPS, each with a certificate of a test, the shard beside an embedded sidecar.</summary>
internal sealed class SecureFleet : IAsyncDisposable
{
    readonly DataFolder _data = new();
    readonly DevelopmentIssuer _issuer;
    readonly LogLines _log = new();
    readonly Stack<IAsyncDisposable> _parts = new();

    SecureFleet() => _issuer = DevelopmentIssuer.OpenOrCreate(_data.Path);

    public Uri Router { get; private set; } = null!;

    /// <summary>The plain port of the router, if it has a certificate for another.</summary>
    public Uri RouterPages { get; private set; } = null!;

    /// <summary>The plain port of the shard, for probes and pages.</summary>
    public Uri ShardPages { get; private set; } = null!;

    public SidecarHost Sidecars { get; private set; } = null!;

    public IEnumerable<string> Log => _log.Lines;

    public string TokenOf(string tenant, string agent = "planner") => _issuer.Issue(tenant, agent, [ScopeNames.Admin], TimeSpan.FromMinutes(10));

    /// <summary>A client of the router with a token. Whom the router may be is not its concern.</summary>
    public HttpClient NewClient(string token, string version = "1.1")
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null },
        })
        {
            BaseAddress = Router, DefaultRequestVersion = new Version(version), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Starts both.</summary>
    /// <param name="router">The router's files.</param>
    /// <param name="shard">The shard's files.</param>
    public static async Task<SecureFleet> StartAsync(MountedSecret router, MountedSecret shard)
    {
        var fleet = new SecureFleet();
        try
        {
            var sidecars = fleet.Sidecars = await SidecarHost.StartAsync(new LocalSidecarOptions
            {
                ComponentsPath = Path.Combine(AppContext.BaseDirectory, "components", "local"),
                DataPath = fleet._data.Path,
                Apps = [new SidecarApp("memory-0")],
                Synchronous = SqliteSynchronous.Normal,
            });
            fleet._parts.Push(sidecars);
            var service = MemoryService.Build([], builder =>
            {
                fleet.Prepare(builder, shard);
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["Memory:Shard"] = "memory-0",
                    ["Audit:Signing"] = "Off",
                    ["Tls:RequireClientCertificate"] = "true",
                    ["Tls:ClientNames:0"] = "memory-router",
                    [MemoryService.DaprHttpEndpointKey] = sidecars.AddressOf("memory-0").ToString(),
                });
            });
            (fleet.ShardPages, var secure) = await fleet.StartAsync(service);
            var proxy = RouterApp.Build([], builder =>
            {
                fleet.Prepare(builder, router);
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["Router:Shards:0:Id"] = "memory-0",
                    ["Router:Shards:0:Address"] = secure.ToString(),
                    ["Router:ProbeInterval"] = "00:00:00.100",
                    // Each request makes a connection, and so a handshake, of its own.
                    ["Router:AvoidFor"] = "00:00:00.010",
                });
            });
            (fleet.RouterPages, fleet.Router) = await fleet.StartAsync(proxy);
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
            await part.DisposeAsync();
        _data.Dispose();
    }

    void Prepare(WebApplicationBuilder builder, MountedSecret files)
    {
        // A router without a certificate of its own is called in plain, from this machine.
        string[] urls = files.HasCertificate ? ["http://127.0.0.1:0", "https://127.0.0.1:0"] : ["http://127.0.0.1:0"];
        builder.WebHost.UseUrls(urls);
        builder.Configuration.AddInMemoryCollection(_issuer.Settings);
        builder.Configuration.AddInMemoryCollection(files.Settings);
    }

    async Task<(Uri Plain, Uri Best)> StartAsync(WebApplication application)
    {
        _parts.Push(application);
        // Not by the builder: services clear what was there before theirs.
        application.Services.GetRequiredService<ILoggerFactory>().AddProvider(_log);
        await application.StartAsync();
        var urls = application.Urls.Select(url => new Uri(url)).OrderBy(url => url.Scheme, StringComparer.Ordinal).ToArray();
        return (urls[0], urls[^1]);
    }
}
