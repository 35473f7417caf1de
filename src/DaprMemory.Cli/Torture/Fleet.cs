using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaprMemory.Cli.Audit;
using DaprMemory.Hosting.Identity;
using DaprMemory.Router.Configuration;

namespace DaprMemory.Cli.Torture;

/// <summary>Router, services and a sidecar for each as separate processes on loopback, all of which can be broken and mended while they are used.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    const string Loopback = "http://127.0.0.1";

    // What breaks here is the machine, not who calls.
    const string Insecure = $"--{IdentityOptions.SectionName}:{nameof(IdentityOptions.Mode)}={nameof(IdentityMode.Insecure)}";

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    readonly string _dataPath;
    readonly string _routerPath;
    readonly string _auditKey;
    readonly ServerProcess?[] _services;
    readonly ServerProcess?[] _sidecars;
    readonly Uri[] _serviceAddresses;
    readonly Uri?[] _sidecarAddresses;
    readonly HttpClient _http = new();
    ServerProcess? _router;

    Fleet(string dataPath, int shards)
    {
        _dataPath = dataPath;
        _routerPath = Path.Combine(dataPath, "router");
        _auditKey = AuditKeyFile.FindOrCreate(dataPath);
        _services = new ServerProcess?[shards];
        _sidecars = new ServerProcess?[shards];
        _sidecarAddresses = new Uri?[shards];
        // Chosen before anything starts: a sidecar is told where its service will be.
        _serviceAddresses = FreeAddresses(shards);
    }

    /// <summary>Where the router listens.</summary>
    public Uri Router { get; private set; } = new(Loopback);

    /// <summary>Where the services listen, also while they are down.</summary>
    public IReadOnlyList<Uri> Services => _serviceAddresses;

    /// <summary>Starts a fleet over a folder, which may hold what an earlier one left.</summary>
    public static async Task<Fleet> StartAsync(string dataPath, int shards = 3)
    {
        var fleet = new Fleet(dataPath, shards);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, shards).Select(async shard =>
            {
                await fleet.StartSidecarAsync(shard).ConfigureAwait(false);
                await fleet.StartServiceAsync(shard).ConfigureAwait(false);
            })).ConfigureAwait(false);
            fleet.SetRing(Enumerable.Range(0, shards));
            (fleet._router, fleet.Router) = await ServerProcess.StartAsync(
                "DaprMemory.Router", ["--urls", $"{Loopback}:0", "--contentRoot", fleet._routerPath, Insecure]).ConfigureAwait(false);
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts a shard's sidecar, again at the address that it had.</summary>
    public async Task StartSidecarAsync(int shard)
    {
        var port = _sidecarAddresses[shard]?.Port ?? 0;
        var app = string.Create(CultureInfo.InvariantCulture, $"{IdOf(shard)}={port},{_serviceAddresses[shard]}");
        var components = Path.Combine(AppContext.BaseDirectory, "components", "local");
        await ReplaceAsync(_sidecars, shard).ConfigureAwait(false);
        (_sidecars[shard], _sidecarAddresses[shard]) = await ServerProcess.StartAsync(
            "DaprMemory.LocalSidecar",
            ["--components", components, "--data", _dataPath, "--app", app, "--enable-faults"]).ConfigureAwait(false);
    }

    /// <summary>Starts a shard's service, again at the address that it had.</summary>
    public async Task StartServiceAsync(int shard)
    {
        await ReplaceAsync(_services, shard).ConfigureAwait(false);
        (_services[shard], _) = await ServerProcess.StartAsync(
            "DaprMemory.Service",
            ["--urls", Origin(_serviceAddresses[shard]), Insecure, .. AuditKeyFile.SettingsFor(_auditKey).Select(setting => $"--{setting.Key}={setting.Value}")],
            new Dictionary<string, string> { ["DAPR_HTTP_ENDPOINT"] = Origin(_sidecarAddresses[shard]!), ["APP_ID"] = IdOf(shard) }).ConfigureAwait(false);
    }

    /// <summary>Ends a sidecar as <c>kill -9</c> does.</summary>
    public Task KillSidecarAsync(int shard) => _sidecars[shard]!.KillAsync();

    /// <summary>Ends a service as <c>kill -9</c> does.</summary>
    public Task KillServiceAsync(int shard) => _services[shard]!.KillAsync();

    /// <summary>Holds a service; when it goes on, it believes what it believed.</summary>
    public Task HoldServiceAsync(int shard) => _services[shard]!.HoldAsync();

    /// <summary>Lets a service go on.</summary>
    public Task ReleaseServiceAsync(int shard) => _services[shard]!.ReleaseAsync();

    /// <summary>Replaces the fault rules of a shard's sidecar; none: no faults.</summary>
    public async Task SetFaultsAsync(int shard, params IReadOnlyList<JsonObject> rules)
    {
        var settings = new JsonObject { ["rules"] = new JsonArray([.. rules.Select(rule => rule.DeepClone())]) };
        using var answer = await _http.PutAsJsonAsync(new Uri(_sidecarAddresses[shard]!, "/local/faults"), settings).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Says which shards stand on the ring; the router reads it within a second.</summary>
    public void SetRing(IEnumerable<int> shards)
    {
        var list = shards.Select(shard => new JsonObject { ["Id"] = IdOf(shard), ["Address"] = Origin(_serviceAddresses[shard]) });
        var settings = new JsonObject { [RouterOptions.SectionName] = new JsonObject { ["Shards"] = new JsonArray([.. list]) } };
        Directory.CreateDirectory(_routerPath);
        var draft = Path.Combine(_routerPath, "draft.json");
        File.WriteAllText(draft, settings.ToJsonString(Indented));
        // In one step: half a file would be half a ring.
        File.Move(draft, Path.Combine(_routerPath, "appsettings.json"), overwrite: true);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _services.Concat(_sidecars).Append(_router))
        {
            if (process is not null)
                await process.DisposeAsync().ConfigureAwait(false);
        }
        _http.Dispose();
    }

    /// <summary>A shard's name.</summary>
    public static string IdOf(int shard) => string.Create(CultureInfo.InvariantCulture, $"memory-{shard}");

    static string Origin(Uri address) => address.GetLeftPart(UriPartial.Authority);

    static async Task ReplaceAsync(ServerProcess?[] processes, int shard)
    {
        if (processes[shard] is { } ended)
            await ended.DisposeAsync().ConfigureAwait(false);
    }

    static Uri[] FreeAddresses(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            foreach (var listener in listeners)
                listener.Start();
            return [.. listeners.Select(listener => new UriBuilder(Loopback) { Port = ((IPEndPoint)listener.LocalEndpoint).Port }.Uri)];
        }
        finally
        {
            foreach (var listener in listeners)
                listener.Dispose();
        }
    }
}
