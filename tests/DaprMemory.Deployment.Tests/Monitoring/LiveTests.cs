using System.Diagnostics;
using System.Net;
using System.Text;
using DaprMemory.Cli.Up;
using DaprMemory.Deployment.Tests.Support;

namespace DaprMemory.Deployment.Tests.Monitoring;

/// <summary>A real Prometheus beside the whole system under a little load: every expression of alerts and dashboards gives something.</summary>
public sealed class LiveTests : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly string _folder = Directory.CreateTempSubdirectory("daprmemory-live").FullName;
    readonly HttpClient _http = new();
    LocalCluster _cluster = null!;
    PrometheusServer _prometheus = null!;

    public async Task InitializeAsync()
    {
        // What `daprmem up --insecure` runs.
        _cluster = await LocalCluster.StartAsync(new LocalClusterOptions { DataPath = _folder, Insecure = true });
        _prometheus = await PrometheusServer.StartAsync(_cluster.RouterAddress);
    }

    public async Task DisposeAsync()
    {
        await _prometheus.DisposeAsync();
        await _cluster.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task No_expression_comes_back_empty()
    {
        (string Name, string Expression)[] all = [.. Queries.AlertValues().Select(alert => (alert.Key, alert.Value)), .. Queries.Panels()];
        var watch = Stopwatch.StartNew();
        var empty = all;
        // Rates need two samples, and alerts look minutes back: ask until all answer.
        for (var round = 0; empty.Length > 0; round++)
        {
            watch.Elapsed.ShouldBeLessThan(Patience, string.Join('\n', empty.Select(query => $"{query.Name}: {query.Expression}")));
            await DriveAsync(round);
            var left = new List<(string, string)>();
            foreach (var query in empty)
            {
                if (await _prometheus.CountAsync(query.Expression) == 0)
                    left.Add(query);
            }
            empty = [.. left];
        }
        (await _prometheus.CountAsync("memory_node_no_such_metric")).ShouldBe(0);
        all.Length.ShouldBeGreaterThan(30);
    }

    [Fact]
    public async Task Helm_test_writes_reads_and_deletes()
    {
        var pod = (await Helm.ObjectsAsync(Path.Combine(Project.Chart, "ci", "small-values.yaml"))).One("Pod", "memory-test");
        var outputs = new List<string>();
        foreach (var container in pod.Containers())
        {
            var tenant = container.Settings()["DAPRMEMORY_TENANT"];
            outputs.Add(await Command.RunAsync(
                "env",
                [
                    $"DAPRMEMORY_URL={_cluster.RouterAddress}", $"DAPRMEMORY_TENANT={tenant}",
                    "dotnet", Path.Combine(AppContext.BaseDirectory, "DaprMemory.Cli.dll"), .. container["args"].Texts(),
                ]));
        }

        outputs.Count.ShouldBe(3);
        outputs[1].ShouldContain("\"revision\":1");
        using var answer = await _http.GetAsync(new Uri(_cluster.RouterAddress, "/v1/default/helm-test/state/release/daprmemory"));
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>Writes, reads at every level, and reads at shards that are not the owner: events, misses, staleness.</summary>
    async Task DriveAsync(int round)
    {
        for (var i = 0; i < 5; i++)
        {
            var path = $"/v1/default/space-{i}/state/key-{round}";
            await SendAsync(HttpMethod.Put, _cluster.RouterAddress, path, "strong", """{"a":1}""");
            foreach (var level in (string[])["session", "eventual", "strong"])
                await SendAsync(HttpMethod.Get, _cluster.RouterAddress, path, level);
            foreach (var shard in _cluster.ShardAddresses)
                await SendAsync(HttpMethod.Get, shard, path, "strong");
        }
    }

    async Task SendAsync(HttpMethod method, Uri address, string path, string level, string? json = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, path));
        request.Headers.Add("Memory-Consistency", level);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request);
        answer.IsSuccessStatusCode.ShouldBeTrue($"{method} {path}: {answer.StatusCode}");
    }
}
