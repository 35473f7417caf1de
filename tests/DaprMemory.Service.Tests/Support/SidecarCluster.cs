using DaprMemory.LocalSidecar;

namespace DaprMemory.Service.Tests.Support;

/// <summary>Services each beside a sidecar, with strong store, hot store and events, as <c>daprmem up</c> has them.</summary>
internal sealed class SidecarCluster : IAsyncDisposable
{
    readonly DirectoryInfo _folder;

    SidecarCluster(SidecarHost sidecars, DirectoryInfo folder) => (Sidecars, _folder) = (sidecars, folder);

    public SidecarHost Sidecars { get; }

    public List<TestService> Nodes { get; } = [];

    public static string AppOf(int node) => $"memory-{node}";

    public static async Task<SidecarCluster> StartAsync(int nodes, params (string Key, string Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("daprmemory-");
        foreach (var (name, type, version) in new[] { ("strong", "state.postgresql", "v2"), ("hot", "state.redis", "v1"), ("events", "pubsub.redis", "v1") })
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, name + ".yaml"), $$"""
                apiVersion: dapr.io/v1alpha1
                kind: Component
                metadata:
                  name: {{name}}
                spec:
                  type: {{type}}
                  version: {{version}}
                  metadata:
                    - name: keyPrefix
                      value: none
                """);
        }
        var sidecars = await SidecarHost.StartAsync(new LocalSidecarOptions
        {
            ComponentsPath = folder.FullName,
            DataPath = Path.Combine(folder.FullName, "data"),
            Apps = [.. Enumerable.Range(0, nodes).Select(i => new SidecarApp(AppOf(i)))],
            Synchronous = SqliteSynchronous.Normal,
        });
        var cluster = new SidecarCluster(sidecars, folder);
        for (var i = 0; i < nodes; i++)
            await cluster.StartNodeAsync(i, settings);
        return cluster;
    }

    /// <summary>Starts a service beside a sidecar, in the place of the one that was there, if any.</summary>
    public async Task<TestService> StartNodeAsync(int node, params (string Key, string Value)[] settings)
    {
        var service = await TestService.StartAsync(
        [
            ("Memory:Shard", AppOf(node)), ("Memory:HotStore", "hot"), ("Memory:PubSub", "events"),
            (MemoryService.DaprHttpEndpointKey, Sidecars.AddressOf(AppOf(node)).ToString()), .. settings,
        ]);
        if (node < Nodes.Count)
            Nodes[node] = service;
        else
            Nodes.Add(service);
        Sidecars.SetAppAddress(AppOf(node), new Uri(service.Client.BaseAddress!, "/"));
        // It is well once it has asked the service what to subscribe to.
        using var client = new HttpClient { BaseAddress = Sidecars.AddressOf(AppOf(node)) };
        for (var until = DateTimeOffset.UtcNow.AddSeconds(20); !(await client.GetAsync("/v1.0/healthz")).IsSuccessStatusCode; await Task.Delay(10))
            (DateTimeOffset.UtcNow < until).ShouldBeTrue();
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();
        await Sidecars.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
