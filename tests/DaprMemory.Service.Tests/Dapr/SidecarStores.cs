using Dapr.Client;
using DaprMemory.LocalSidecar;
using DaprMemory.Service.Dapr;

namespace DaprMemory.Service.Tests.Dapr;

/// <summary>Commit stores of two nodes, each beside its own sidecar, on one store named <c>strong</c>.</summary>
sealed class SidecarStores : IAsyncDisposable
{
    static readonly string[] Apps = ["memory-0", "memory-1"];

    readonly DirectoryInfo? _folder;
    readonly List<DaprClient> _clients;

    SidecarStores(SidecarHost? host, DirectoryInfo? folder, IEnumerable<string> addresses)
    {
        Host = host;
        _folder = folder;
        _clients = [.. addresses.Select(address => new DaprClientBuilder().UseHttpEndpoint(address).Build())];
        Nodes = [.. _clients.Select(client => new DaprCommitStore(client, "strong"))];
    }

    public IReadOnlyList<DaprCommitStore> Nodes { get; }

    /// <summary>The sidecars in this process; null when they are real ones.</summary>
    public SidecarHost? Host { get; }

    /// <summary>Uses the sidecars at <c>DAPRMEMORY_TEST_SIDECARS</c>; null when it names none.</summary>
    public static SidecarStores? Real() =>
        Environment.GetEnvironmentVariable("DAPRMEMORY_TEST_SIDECARS") is { Length: > 0 } addresses
            ? new SidecarStores(null, null, addresses.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            : null;

    /// <summary>Starts sidecars in this process.</summary>
    public static async Task<SidecarStores> LocalAsync(string type, string version)
    {
        var folder = Directory.CreateTempSubdirectory("daprmemory-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "strong.yaml"), $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata:
              name: strong
            spec:
              type: {{type}}
              version: {{version}}
              metadata:
                - name: keyPrefix
                  value: none
            """);
        var host = await SidecarHost.StartAsync(new LocalSidecarOptions
        {
            ComponentsPath = folder.FullName,
            DataPath = Path.Combine(folder.FullName, "data"),
            Apps = [.. Apps.Select(app => new SidecarApp(app))],
            Synchronous = SqliteSynchronous.Normal,
        });
        return new SidecarStores(host, folder, Apps.Select(app => host.AddressOf(app).ToString()));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        if (Host is not null)
            await Host.DisposeAsync();
        _folder?.Delete(recursive: true);
    }
}
