using System.Globalization;

namespace DaprMemory.EndToEnd.Tests;

/// <summary>Sidecar, services and router as separate processes on loopback, each of which can be killed and started again where it was.</summary>
sealed class Fleet(string dataPath, int shards = 3) : IAsyncDisposable
{
    readonly ServerProcess?[] _services = new ServerProcess?[shards];
    readonly Uri[] _serviceAddresses = new Uri[shards];
    readonly Uri[] _sidecarAddresses = new Uri[shards];
    readonly ServerProcess?[] _sidecars = new ServerProcess?[shards];
    ServerProcess? _router;

    public Uri Router { get; private set; } = new("http://127.0.0.1");

    public IReadOnlyList<Uri> Services => _serviceAddresses;

    public static async Task<Fleet> StartAsync(string dataPath)
    {
        var fleet = new Fleet(dataPath);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, fleet._services.Length).Select(async shard =>
            {
                await fleet.StartSidecarAsync(shard);
                await fleet.StartServiceAsync(shard);
            }));
            await fleet.StartRouterAsync();
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    public async Task StartSidecarAsync(int shard)
    {
        var port = _sidecarAddresses[shard]?.Port ?? 0;
        var app = string.Create(CultureInfo.InvariantCulture, $"memory-{shard}={port}");
        var components = Path.Combine(AppContext.BaseDirectory, "components", "local");
        (_sidecars[shard], _sidecarAddresses[shard]) =
            await ServerProcess.StartAsync("DaprMemory.LocalSidecar", ["--components", components, "--data", dataPath, "--app", app]);
    }

    public async Task StartServiceAsync(int shard)
    {
        var port = _serviceAddresses[shard]?.Port ?? 0;
        (_services[shard], _serviceAddresses[shard]) = await ServerProcess.StartAsync(
            "DaprMemory.Service",
            ["--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")],
            new Dictionary<string, string> { ["DAPR_HTTP_ENDPOINT"] = _sidecarAddresses[shard].ToString(), ["APP_ID"] = $"memory-{shard}" });
    }

    public Task KillSidecarAsync(int shard) => _sidecars[shard]!.KillAsync();

    public Task KillServiceAsync(int shard) => _services[shard]!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _services.Concat(_sidecars).Append(_router))
        {
            if (process is not null)
                await process.DisposeAsync();
        }
    }

    async Task StartRouterAsync()
    {
        var environment = new Dictionary<string, string>();
        for (var shard = 0; shard < _services.Length; shard++)
        {
            environment[$"Router__Shards__{shard}__Id"] = $"memory-{shard}";
            environment[$"Router__Shards__{shard}__Address"] = _serviceAddresses[shard].ToString();
        }
        (_router, Router) = await ServerProcess.StartAsync("DaprMemory.Router", ["--urls", "http://127.0.0.1:0"], environment);
    }
}
