using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using DaprMemory.Cli.Up;
using DaprMemory.Deployment.Tests.Support;
using DaprMemory.LocalSidecar;

namespace DaprMemory.Deployment.Tests.Agents;

/// <summary>The whole system with a sidecar beside its router, and an agent's sidecar with a state store and a broker of its own.</summary>
public sealed class AgentWorld : IAsyncLifetime
{
    internal const string Tenant = "acme";

    const string AppId = "acme-planner", ApiToken = "sidecars-token";

    static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    readonly string _folder = Directory.CreateTempSubdirectory("daprmemory-agents").FullName;
    LocalCluster _cluster = null!;
    SidecarHost _router = null!;
    SidecarHost _agent = null!;

    public async Task InitializeAsync()
    {
        _cluster = await LocalCluster.StartAsync(new LocalClusterOptions { DataPath = DataPath, Synchronous = SqliteSynchronous.Normal });
        _router = await StartSidecarAsync("router", new SidecarApp("memory-router", AppAddress: _cluster.RouterAddress));
        _agent = await StartSidecarAsync(
            "agent", new SidecarApp(AppId), new SidecarPeer("memory-router", _router.AddressOf("memory-router")));
    }

    public async Task DisposeAsync()
    {
        await _agent.DisposeAsync();
        await _router.DisposeAsync();
        await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A token for an agent, as a user of <c>daprmem up</c> gets one.</summary>
    internal async Task<string> TokenAsync() => (await Command.RunAsync(
        "dotnet", Path.Combine(AppContext.BaseDirectory, "DaprMemory.Cli.dll"), "token", "--data", DataPath, "--tenant", Tenant, "--agent", "planner")).Trim();

    /// <summary>Runs an agent that nobody calls.</summary>
    /// <returns>What it saw.</returns>
    internal async Task<JsonNode> RunAsync(string task, params string[] arguments) =>
        JsonNode.Parse(await Command.RunAsync("node", [.. await ArgumentsAsync(task), .. arguments]))!;

    /// <summary>Runs an agent that the sidecar calls.</summary>
    /// <returns>What it saw.</returns>
    internal async Task<JsonNode> ServeAsync(string task)
    {
        using var process = Process.Start(new ProcessStartInfo("node", await ArgumentsAsync(task)) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            if (int.TryParse(await process.StandardOutput.ReadLineAsync(limit.Token), CultureInfo.InvariantCulture, out var port))
                _agent.SetAppAddress(AppId, new Uri($"http://127.0.0.1:{port}"));
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            process.ExitCode.ShouldBe(0, output + await errors);
            return JsonNode.Parse(output)!;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    string DataPath => Path.Combine(_folder, "data");

    async Task<string[]> ArgumentsAsync(string task) =>
        [Path.Combine(Project.Tests, "Agents", "agent.mjs"), await Tools.GetAsync(), _agent.AddressOf(AppId).Port.ToString(CultureInfo.InvariantCulture), ApiToken, task];

    async Task<SidecarHost> StartSidecarAsync(string name, SidecarApp app, params SidecarPeer[] peers)
    {
        var components = Directory.CreateDirectory(Path.Combine(_folder, name, "components")).FullName;
        await File.WriteAllTextAsync(Path.Combine(components, "components.yaml"),
            $"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: {"{"} name: statestore {"}"}
            spec:
              type: state.postgresql
              version: v2
              metadata: [{"{"} name: actorStateStore, value: "true" {"}"}]
            scopes: [{AppId}]
            ---
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: {"{"} name: pubsub {"}"}
            spec: {"{"} type: pubsub.redis, version: v1, metadata: [] {"}"}
            scopes: [{AppId}]
            """);
        return await SidecarHost.StartAsync(new LocalSidecarOptions
        {
            ComponentsPath = components,
            DataPath = Path.Combine(_folder, name, "data"),
            Apps = [app],
            Peers = peers,
            ApiToken = ApiToken,
            Synchronous = SqliteSynchronous.Normal,
        });
    }
}
