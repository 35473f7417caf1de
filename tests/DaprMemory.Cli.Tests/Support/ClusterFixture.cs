using DaprMemory.Cli.Up;
using DaprMemory.Client;
using DaprMemory.Hosting.Identity;
using DaprMemory.LocalSidecar;

namespace DaprMemory.Cli.Tests.Support;

/// <summary>One whole system for many tests; each takes spaces of its own.</summary>
public sealed class ClusterFixture : IAsyncLifetime, IDisposable
{
    readonly TemporaryFolder _folder = new();
    LocalCluster? _cluster;

    public Uri Address => _cluster!.RouterAddress;

    /// <summary>The options of a client that may do everything.</summary>
    public MemoryClientOptions ClientOptions => new()
    {
        TokenProvider = _ => ValueTask.FromResult(
            _cluster!.Issuer!.Issue(MemoryClientOptions.DefaultTenant, "tester", [ScopeNames.Admin], TimeSpan.FromMinutes(10))),
    };

    /// <summary>A space that no other test uses.</summary>
    public static string NewSpace() => $"s-{Guid.NewGuid():N}";

    /// <summary>Runs the command line against it.</summary>
    public Task<CommandRun> RunAsync(params string[] args) => CommandRun.StartAsync([.. args, "--url", Address.ToString(), "--data", _folder.Path, "--agent", "tester"]);

    public async Task InitializeAsync() => _cluster = await LocalCluster.StartAsync(
        new LocalClusterOptions { Port = 0, DataPath = _folder.Path, Shards = 2, Synchronous = SqliteSynchronous.Normal });

    public async Task DisposeAsync() => await _cluster!.DisposeAsync();

    public void Dispose() => _folder.Dispose();
}
