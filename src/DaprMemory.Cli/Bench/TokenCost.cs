using DaprMemory.Cli.Identity;
using DaprMemory.Cli.Up;
using DaprMemory.Hosting.Identity;

namespace DaprMemory.Cli.Bench;

/// <summary>What it costs a hot read that its caller shows who it is: two clusters side by side, one of which asks.</summary>
internal static class TokenCost
{
    const int Rounds = 4;

    static readonly TimeSpan TokenLife = TimeSpan.FromHours(12);

    public static async Task<TokenCostResult> MeasureAsync(
        LocalClusterOptions clusterOptions, BenchOptions options, TimeSpan warmUp, Action<string> progress, CancellationToken cancellationToken)
    {
        var (open, closed) = (clusterOptions with { DataPath = Path.Combine(clusterOptions.DataPath, "open") }, Closed(clusterOptions));
        var token = DevelopmentIssuer.OpenOrCreate(closed.DataPath).Issue(Requests.Tenant, "bench", [ScopeNames.Read, ScopeNames.Write], TokenLife);
        await using var withoutTokens = await StartAsync(open, new Requests(options.Spaces)).ConfigureAwait(false);
        await using var withTokens = await StartAsync(closed, new Requests(options.Spaces, $"Authorization: Bearer {token}\r\n")).ConfigureAwait(false);
        double without = 0, with = 0;
        for (var round = 0; round < Rounds; round++)
        {
            progress($"hot reads without and with tokens, round {round + 1} of {Rounds}");
            // Each is the first as often as the second: the machine is not the same all the time.
            if (round % 2 == 0)
                without += await withoutTokens.RateAsync().ConfigureAwait(false);
            with += await withTokens.RateAsync().ConfigureAwait(false);
            if (round % 2 != 0)
                without += await withoutTokens.RateAsync().ConfigureAwait(false);
        }
        return new TokenCostResult(without / Rounds, with / Rounds);

        async Task<Loaded> StartAsync(LocalClusterOptions cluster, Requests requests)
        {
            var loaded = new Loaded(await LocalCluster.StartAsync(cluster, cancellationToken).ConfigureAwait(false), requests, options, warmUp, cancellationToken);
            await loaded.FillAsync().ConfigureAwait(false);
            return loaded;
        }
    }

    static LocalClusterOptions Closed(LocalClusterOptions options) =>
        options with { DataPath = Path.Combine(options.DataPath, "closed"), Insecure = false };

    sealed class Loaded(LocalCluster cluster, Requests requests, BenchOptions options, TimeSpan warmUp, CancellationToken cancellationToken) : IAsyncDisposable
    {
        public async Task FillAsync()
        {
            var fill = await new LoadRun(cluster.RouterAddress, options.Clients, requests.Fill(options.Clients))
                .RunAsync(TimeSpan.Zero, TimeSpan.FromMinutes(5), cancellationToken).ConfigureAwait(false);
            if (fill.Errors > 0)
                throw new IOException($"{fill.Errors} of {requests.Records} records could not be written");
        }

        public async Task<double> RateAsync()
        {
            var load = await new LoadRun(cluster.RouterAddress, options.Clients, requests.HotRead)
                .RunAsync(warmUp, options.Measured, cancellationToken).ConfigureAwait(false);
            return load.Errors == 0 ? load.Rate : throw new IOException($"{load.Errors} hot reads failed");
        }

        public ValueTask DisposeAsync() => cluster.DisposeAsync();
    }
}
