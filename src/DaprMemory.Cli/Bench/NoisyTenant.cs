using System.Buffers;
using System.Diagnostics;
using DaprMemory.Cli.Up;

namespace DaprMemory.Cli.Bench;

/// <summary>
/// What a tenant that floods the system costs one that does little: the quiet one's latencies alone, beside the flood under quotas, and beside it without.
/// The flood takes no refusal for an answer: each of its clients sends the next request at once.
/// </summary>
internal static class NoisyTenant
{
    const int Rounds = 3;
    const int Spaces = 10;
    const int QuietClients = 8;

    // 200 requests a second of all clients together: reads and writes by turns.
    static readonly TimeSpan QuietPause = TimeSpan.FromMilliseconds(40);

    // The same for both tenants; the quiet one stays far below it.
    static readonly Dictionary<string, string?> Quotas = new()
    {
        ["Quotas:Default:RequestsPerSecond"] = "500",
        ["Quotas:Default:RequestBurst"] = "50",
        ["Quotas:Default:Concurrent"] = "4",
    };

    public static async Task<NoisyTenantResult> MeasureAsync(
        LocalClusterOptions clusterOptions, BenchOptions options, TimeSpan warmUp, Action<string> progress, CancellationToken cancellationToken)
    {
        var (alone, beside) = (new LatencyHistogram(), new LatencyHistogram());
        double noise = 0;
        await using (var cluster = await StartAsync("quotas", Quotas).ConfigureAwait(false))
        {
            for (var round = 0; round < Rounds; round++)
            {
                progress($"a quiet tenant alone and beside a noisy one, round {round + 1} of {Rounds}");
                alone.Add(await QuietAsync(cluster).ConfigureAwait(false));
                noise += await FloodAsync(cluster, beside).ConfigureAwait(false);
            }
        }
        var unlimited = new LatencyHistogram();
        await using (var cluster = await StartAsync("none", new Dictionary<string, string?>()).ConfigureAwait(false))
        {
            progress("a quiet tenant beside a noisy one, without quotas");
            await FloodAsync(cluster, unlimited).ConfigureAwait(false);
        }
        return new NoisyTenantResult(
            options.Clients,
            alone.Quantile(0.5).TotalMilliseconds,
            alone.Quantile(0.99).TotalMilliseconds,
            beside.Quantile(0.5).TotalMilliseconds,
            beside.Quantile(0.99).TotalMilliseconds,
            unlimited.Quantile(0.99).TotalMilliseconds,
            noise / Rounds);

        async Task<LocalCluster> StartAsync(string name, IReadOnlyDictionary<string, string?> settings)
        {
            var cluster = await LocalCluster.StartAsync(
                clusterOptions with { DataPath = Path.Combine(clusterOptions.DataPath, "noise", name), RouterSettings = settings }, cancellationToken).ConfigureAwait(false);
            // At the pace of one client, which quotas let pass.
            foreach (var tenant in new[] { "quiet", "noisy" })
                await new LoadRun(cluster.RouterAddress, 1, new Requests(Spaces, tenant: tenant).Fill(1)).RunAsync(TimeSpan.Zero, TimeSpan.FromMinutes(5), cancellationToken).ConfigureAwait(false);
            return cluster;
        }

        async Task<double> FloodAsync(LocalCluster cluster, LatencyHistogram latencies)
        {
            var requests = new Requests(Spaces, tenant: "noisy");
            var flood = new LoadRun(cluster.RouterAddress, options.Clients, (client, number, request) => Mix(requests, client, number, request))
                .RunAsync(warmUp, options.Measured, cancellationToken);
            latencies.Add(await QuietAsync(cluster).ConfigureAwait(false));
            return (await flood.ConfigureAwait(false)).Rate;
        }

        async Task<LatencyHistogram> QuietAsync(LocalCluster cluster)
        {
            var requests = new Requests(Spaces, tenant: "quiet");
            var began = Stopwatch.GetTimestamp();
            var all = new LatencyHistogram();
            foreach (var one in await Task.WhenAll(Enumerable.Range(0, QuietClients).Select(client => RunClientAsync(client))).ConfigureAwait(false))
                all.Add(one);
            return all;

            async Task<LatencyHistogram> RunClientAsync(int client)
            {
                var latencies = new LatencyHistogram();
                var request = new ArrayBufferWriter<byte>(1024);
                using var connection = await LoadConnection.OpenAsync(cluster.RouterAddress, cancellationToken).ConfigureAwait(false);
                // Not all at the same moment.
                await Task.Delay(QuietPause * client / QuietClients, cancellationToken).ConfigureAwait(false);
                using var pace = new PeriodicTimer(QuietPause);
                for (long number = 0; Stopwatch.GetElapsedTime(began) < warmUp + options.Measured; number++)
                {
                    request.ResetWrittenCount();
                    Mix(requests, client, number, request);
                    var sent = Stopwatch.GetTimestamp();
                    if (await connection.SendAsync(request.WrittenMemory, cancellationToken).ConfigureAwait(false) is var status and not (>= 200 and < 300))
                        throw new IOException($"the quiet tenant was answered {status}");
                    if (Stopwatch.GetElapsedTime(began, sent) >= warmUp)
                        latencies.Record(Stopwatch.GetElapsedTime(sent));
                    await pace.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
                }
                return latencies;
            }
        }
    }

    static bool Mix(Requests requests, int client, long number, ArrayBufferWriter<byte> request) =>
        number % 2 == 0 ? requests.HotRead(client, number / 2, request) : requests.Write(client, number, request);
}
