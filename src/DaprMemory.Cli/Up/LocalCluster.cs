using System.Globalization;
using System.Security.Cryptography;
using DaprMemory.Cli.Audit;
using DaprMemory.Cli.Identity;
using DaprMemory.Core.Embeddings;
using DaprMemory.Curator;
using DaprMemory.Hosting.Identity;
using DaprMemory.LocalSidecar;
using DaprMemory.Router;
using DaprMemory.Service;

namespace DaprMemory.Cli.Up;

/// <summary>The whole system in this process: embedded sidecars over SQLite, memory services and the curator, and the router before them.</summary>
public sealed class LocalCluster : IAsyncDisposable
{
    // Not the current folder, where a file of another program may be named appsettings.json.
    static readonly string[] HostArguments = ["--contentRoot", AppContext.BaseDirectory];

    readonly Stack<IAsyncDisposable> _parts = new();

    LocalCluster()
    {
    }

    /// <summary>Where the router listens.</summary>
    public Uri RouterAddress { get; private set; } = null!;

    /// <summary>Where the memory services listen, in the order of their ids.</summary>
    public IReadOnlyList<Uri> ShardAddresses { get; private set; } = [];

    /// <summary>Who gives out tokens; null if nobody needs one.</summary>
    internal DevelopmentIssuer? Issuer { get; private set; }

    /// <summary>Starts everything, and returns when the router answers.</summary>
    /// <exception cref="IOException">The port or the data folder can't be used; the message says why.</exception>
    public static async Task<LocalCluster> StartAsync(LocalClusterOptions options, CancellationToken cancellationToken = default)
    {
        var cluster = new LocalCluster();
        try
        {
            await cluster.StartPartsAsync(options, cancellationToken).ConfigureAwait(false);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops the router first, then the services, which finish what they took, then the sidecars.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
            await part.DisposeAsync().ConfigureAwait(false);
    }

    async Task StartPartsAsync(LocalClusterOptions options, CancellationToken cancellationToken)
    {
        var dataPath = Path.GetFullPath(options.DataPath);
        _parts.Push(new Released(DataLock.Take(dataPath)));
        Issuer = options.Insecure ? null : DevelopmentIssuer.OpenOrCreate(dataPath);
        var auditKey = AuditKeyFile.FindOrCreate(dataPath);
        // Other users of this machine reach the services' ports too: events are taken from our sidecars only.
        var appToken = RandomNumberGenerator.GetHexString(32);
        var ids = Enumerable.Range(0, options.Shards).Select(i => string.Create(CultureInfo.InvariantCulture, $"memory-{i}")).ToArray();
        var sidecars = await SidecarHost.StartAsync(
            new LocalSidecarOptions
            {
                ComponentsPath = Path.Combine(AppContext.BaseDirectory, "components", "local"),
                DataPath = dataPath,
                Apps = [.. ids.Append(CuratorApp.AppId).Select(id => new SidecarApp(id))],
                Synchronous = options.Synchronous,
                AppApiToken = appToken,
            },
            cancellationToken).ConfigureAwait(false);
        _parts.Push(sidecars);

        var model = options.ModelFolder ?? ModelPackage.UseLite.FolderIn(dataPath);
        var encoder = new Lazy<UniversalSentenceEncoder>(() => UniversalSentenceEncoder.Load(model));
        var services = ids.Select(id => NewService(id, sidecars.AddressOf(id), builder =>
        {
            // The embedded model, if the services use it, once for all of them.
            builder.Services.AddSingleton(_ => encoder.Value);
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                [AppToken.ConfigurationKey] = appToken,
                ["Embeddings:Folder"] = model,
            });
            builder.Configuration.AddInMemoryCollection(options.ServiceSettings);
            builder.Configuration.AddInMemoryCollection(AuditKeyFile.SettingsFor(auditKey));
            if (!options.UsesHotStore)
                builder.Configuration.AddInMemoryCollection([new($"{MemoryServiceOptions.SectionName}:{nameof(MemoryServiceOptions.HotStore)}", "")]);
        })).ToArray();
        var curator = NewCurator(sidecars.AddressOf(CuratorApp.AppId), appToken, auditKey, options);
        _parts.Push(new Stopped([.. services, curator]));
        await Task.WhenAll(services.Append(curator).Select(service => service.StartAsync(cancellationToken))).ConfigureAwait(false);
        ShardAddresses = [.. services.Select(service => service.ListensOn())];
        for (var i = 0; i < ids.Length; i++)
            sidecars.SetAppAddress(ids[i], ShardAddresses[i]);
        sidecars.SetAppAddress(CuratorApp.AppId, curator.ListensOn());

        var router = NewRouter(options.Port, ids, ShardAddresses, Issuer, options.RouterSettings);
        _parts.Push(new Stopped([router]));
        await router.StartAsync(cancellationToken).ConfigureAwait(false);
        RouterAddress = router.ListensOn();
    }

    WebApplication NewService(string id, Uri sidecar, Action<WebApplicationBuilder> configure) => MemoryService.Build(HostArguments, builder =>
    {
        builder.UseQuietLoopback(0);
        builder.UseIssuer(Issuer);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Memory:Shard"] = id,
            [MemoryService.DaprHttpEndpointKey] = sidecar.ToString(),
        });
        configure(builder);
    });

    WebApplication NewCurator(Uri sidecar, string appToken, string auditKey, LocalClusterOptions options) => CuratorApp.Build(HostArguments, builder =>
    {
        builder.UseQuietLoopback(0);
        builder.UseIssuer(Issuer);
        builder.Configuration.AddInMemoryCollection(options.CuratorSettings);
        builder.Configuration.AddInMemoryCollection(AuditKeyFile.SettingsFor(auditKey));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [MemoryService.DaprHttpEndpointKey] = sidecar.ToString(),
            [AppToken.ConfigurationKey] = appToken,
        });
    });

    /// <summary>A router before these shards, not started.</summary>
    internal static WebApplication NewRouter(
        int port, string[] ids, IReadOnlyList<Uri> addresses, DevelopmentIssuer? issuer = null, IReadOnlyDictionary<string, string?>? settings = null) => RouterApp.Build(HostArguments, builder =>
    {
        builder.UseQuietLoopback(port);
        builder.UseIssuer(issuer);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Configuration.AddInMemoryCollection(ids.SelectMany((id, i) => new KeyValuePair<string, string?>[]
        {
            new($"Router:Shards:{i}:Id", id),
            new($"Router:Shards:{i}:Address", addresses[i].ToString()),
        }));
    });

    /// <summary>Applications that are stopped, all at once, before they are disposed of.</summary>
    sealed class Stopped(WebApplication[] applications) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Task.WhenAll(applications.Select(application => application.StopAsync())).ConfigureAwait(false);
            foreach (var application in applications)
                await application.DisposeAsync().ConfigureAwait(false);
        }
    }

    sealed class Released(IDisposable resource) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            resource.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
