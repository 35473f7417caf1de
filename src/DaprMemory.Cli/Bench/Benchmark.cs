using System.Diagnostics;
using DaprMemory.Cli.Up;

namespace DaprMemory.Cli.Bench;

/// <summary>Starts the whole system on a fresh data folder and loads it, row by row, all in this process.</summary>
internal sealed class Benchmark(BenchOptions options, Action<string> progress)
{
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);

    readonly List<BenchRow> _rows = [];
    readonly List<EventLagRow> _eventLags = [];
    double _ceiling = double.NaN;
    readonly List<RestartRow> _restarts = [];
    double _memoryHitRatio = double.NaN;
    double _strongToSession = double.NaN;

    public async Task<BenchReport> RunAsync(CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("daprmem-bench-");
        try
        {
            var cluster = new LocalClusterOptions { DataPath = data.FullName, Synchronous = options.Synchronous, Insecure = true };
            var start = await MeasureAsync(cluster, cancellationToken).ConfigureAwait(false);
            var tokens = await TokenCost.MeasureAsync(cluster, options, WarmUp, progress, cancellationToken).ConfigureAwait(false);
            var noise = await NoisyTenant.MeasureAsync(cluster, options, WarmUp, progress, cancellationToken).ConfigureAwait(false);
            var million = options.Million ? await MillionRecords.MeasureAsync(cluster, progress, cancellationToken).ConfigureAwait(false) : null;
            var memories = options.Memories
                ? await new MemoryLoads(cluster, options, WarmUp, progress)
                    .MeasureAsync((name, clients, load) => _rows.Add(BenchRow.Of(name, clients, 1, load, _ceiling)), cancellationToken).ConfigureAwait(false)
                : null;
            return new BenchReport(
                $"{Environment.ProcessorCount} cores ({System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture}), load generator on the same machine",
                $"embedded sidecars, SQLite WAL, synchronous={options.Synchronous.ToString().ToUpperInvariant()}; {cluster.Shards} shards in one process",
                start.TotalSeconds,
                _rows,
                _eventLags,
                _memoryHitRatio,
                _strongToSession,
                _restarts,
                tokens,
                noise,
                million,
                memories);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    async Task<TimeSpan> MeasureAsync(LocalClusterOptions clusterOptions, CancellationToken cancellationToken)
    {
        var many = new Requests(options.Spaces);
        var one = new Requests(1);
        var began = Stopwatch.GetTimestamp();
        TimeSpan start;
        using var probe = new MeterProbe();
        await using (var cluster = await LocalCluster.StartAsync(clusterOptions, cancellationToken).ConfigureAwait(false))
        {
            await new LoadRun(cluster.RouterAddress, 1, (client, number, request) => number == 0 && many.HotRead(client, number, request))
                .RunAsync(TimeSpan.Zero, TimeSpan.FromMinutes(1), cancellationToken).ConfigureAwait(false);
            start = Stopwatch.GetElapsedTime(began);

            var fill = await new LoadRun(cluster.RouterAddress, options.Clients, many.Fill(options.Clients))
                .RunAsync(TimeSpan.Zero, TimeSpan.FromMinutes(5), cancellationToken).ConfigureAwait(false);
            if (fill.Errors > 0)
                throw new IOException($"{fill.Errors} of {many.Records} records could not be written");
            // The ceiling and what is compared with it run the same code: neither may be the one that warms it up.
            await new LoadRun(cluster.RouterAddress, options.Clients, many.HotRead).RunAsync(TimeSpan.Zero, WarmUp * 2, cancellationToken).ConfigureAwait(false);
            await using (var empty = await EmptyCluster.StartAsync(cancellationToken).ConfigureAwait(false))
                _ceiling = await AddAsync("ceiling: empty endpoint", empty.RouterAddress, options.Clients, options.Spaces, many.HotRead, cancellationToken).ConfigureAwait(false);
            await AddAsync("hot reads", cluster.RouterAddress, options.Clients, options.Spaces, many.HotRead, cancellationToken).ConfigureAwait(false);
            await AddAsync("hot reads", cluster.RouterAddress, 1, options.Spaces, many.HotRead, cancellationToken).ConfigureAwait(false);
            var rates = new Dictionary<string, double>();
            foreach (var level in new[] { "eventual", "causal", "session", "strong" })
                rates[level] = await AddAsync($"hot reads, {level}", cluster.RouterAddress, options.Clients, options.Spaces, many.ReadsAt(level), cancellationToken).ConfigureAwait(false);
            _strongToSession = rates["strong"] / rates["session"];
            _memoryHitRatio = probe.HitRatio("memory");
            await AddEventLagAsync(cluster, many, probe, cancellationToken).ConfigureAwait(false);
            await AddAsync("durable writes", cluster.RouterAddress, 1, options.Spaces, many.Write, cancellationToken).ConfigureAwait(false);
            await AddAsync("durable writes", cluster.RouterAddress, 1, 1, one.Write, cancellationToken).ConfigureAwait(false);
            await AddAsync("durable writes", cluster.RouterAddress, options.Clients, options.Spaces, many.Write, cancellationToken).ConfigureAwait(false);
            await AddAsync("durable writes", cluster.RouterAddress, options.Clients, 1, one.Write, cancellationToken).ConfigureAwait(false);
        }
        await AddRestartAsync("pre-warmed from the hot store", clusterOptions, many, probe, cancellationToken).ConfigureAwait(false);
        await AddRestartAsync("without a hot store", clusterOptions with { UsesHotStore = false }, many, probe, cancellationToken).ConfigureAwait(false);
        // The same data under nodes that have nothing in memory: the first read of a space loads it, that of a record asks the store.
        await using (var fresh = await LocalCluster.StartAsync(clusterOptions, cancellationToken).ConfigureAwait(false))
        {
            progress("cold reads");
            var cold = await new LoadRun(fresh.RouterAddress, options.Clients, many.ColdReads(options.Clients))
                .RunAsync(TimeSpan.Zero, TimeSpan.FromMinutes(5), cancellationToken).ConfigureAwait(false);
            _rows.Add(BenchRow.Of("cold reads, each record once", options.Clients, options.Spaces, cold, _ceiling));
        }
        return start;
    }

    /// <summary>Reads what was hot before, once, under nodes that have just opened the spaces.</summary>
    async Task AddRestartAsync(string name, LocalClusterOptions clusterOptions, Requests requests, MeterProbe probe, CancellationToken cancellationToken)
    {
        progress($"restart, {name}");
        await using var cluster = await LocalCluster.StartAsync(clusterOptions, cancellationToken).ConfigureAwait(false);
        await new LoadRun(cluster.RouterAddress, 4, requests.OpenSpaces(4)).RunAsync(TimeSpan.Zero, TimeSpan.FromMinutes(1), cancellationToken).ConfigureAwait(false);
        // Pre-warming goes on behind the answers.
        await Task.Delay(WarmUp, cancellationToken).ConfigureAwait(false);
        probe.ForgetHits();
        var load = await new LoadRun(cluster.RouterAddress, 4, requests.ColdReads(4)).RunAsync(TimeSpan.Zero, TimeSpan.FromMinutes(5), cancellationToken).ConfigureAwait(false);
        _restarts.Add(new RestartRow(
            name, load.Latencies.Quantile(0.5).TotalMilliseconds, load.Latencies.Quantile(0.99).TotalMilliseconds, probe.HitRatio("memory"), probe.HitRatio("hot")));
    }

    /// <summary>How long after it was built a commit is part of the views of the other shards, which have all the spaces open.</summary>
    async Task AddEventLagAsync(LocalCluster cluster, Requests requests, MeterProbe probe, CancellationToken cancellationToken)
    {
        foreach (var shard in cluster.ShardAddresses)
            await new LoadRun(shard, 4, requests.ColdReads(4)).RunAsync(TimeSpan.Zero, TimeSpan.FromMinutes(1), cancellationToken).ConfigureAwait(false);
        foreach (var clients in new[] { 1, 8 })
        {
            progress($"event lag, {clients} clients writing");
            probe.Take(MeterProbe.EventLag);
            var load = await new LoadRun(cluster.RouterAddress, clients, requests.Write).RunAsync(TimeSpan.Zero, options.Measured, cancellationToken).ConfigureAwait(false);
            // The last events are still on their way.
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false);
            _eventLags.Add(EventLagRow.Of(clients, load.Rate, probe.Take(MeterProbe.EventLag)));
        }
    }

    async Task<double> AddAsync(string name, Uri address, int clients, int spaces, RequestFactory next, CancellationToken cancellationToken)
    {
        progress($"{name}, {clients} clients, {spaces} spaces");
        var load = await new LoadRun(address, clients, next).RunAsync(WarmUp, options.Measured, cancellationToken).ConfigureAwait(false);
        _rows.Add(BenchRow.Of(name, clients, spaces, load, double.IsNaN(_ceiling) ? load.Rate : _ceiling));
        return load.Rate;
    }
}
