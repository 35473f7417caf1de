using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using DaprMemory.Deployment.Tests.Support;

namespace DaprMemory.Deployment.Tests.Monitoring;

/// <summary>A real Prometheus that reads one page every second.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly string _folder = Directory.CreateTempSubdirectory("daprmemory-prometheus").FullName;
    readonly HttpClient _http = new();
    Process _process = null!;

    public static async Task<PrometheusServer> StartAsync(Uri target)
    {
        await Tools.GetAsync();
        var server = new PrometheusServer();
        var configuration = Path.Combine(server._folder, "prometheus.yml");
        await File.WriteAllTextAsync(configuration,
            $"""
            global:
              scrape_interval: 1s
              evaluation_interval: 1s
            rule_files: ["{Queries.AlertsFile}"]
            scrape_configs:
              - job_name: daprmemory
                # As the chart's ServiceMonitor: the router's series name the shard that they are about.
                honor_labels: true
                static_configs:
                  - targets: ["{target.Authority}"]
                    labels: {"{"} namespace: memory, shard: memory-0 {"}"}
            """);
        // Prometheus does not tell which port it was given.
        var port = FreePort();
        server._process = Process.Start(new ProcessStartInfo(
            "prometheus",
            [$"--config.file={configuration}", $"--storage.tsdb.path={server._folder}/data", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"])
        {
            RedirectStandardError = true,
        })!;
        server._process.BeginErrorReadLine();
        server._http.BaseAddress = new Uri($"http://127.0.0.1:{port}");
        var deadline = Stopwatch.StartNew();
        while (!await server.IsReadyAsync())
        {
            server._process.HasExited.ShouldBeFalse("prometheus ended");
            deadline.Elapsed.ShouldBeLessThan(Patience);
            await Task.Delay(100);
        }
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Evaluates an expression now.</summary>
    /// <returns>How many series it gives.</returns>
    public async Task<int> CountAsync(string expression)
    {
        using var answer = await _http.GetAsync(new Uri($"/api/v1/query?query={Uri.EscapeDataString(expression)}", UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{expression}: {text}");
        return JsonNode.Parse(text)!["data"]!["result"]!.AsArray().Count;
    }

    async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("/-/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
