using DaprMemory.Router.Configuration;

namespace DaprMemory.Router.Shards;

/// <summary>Looks at all shards' latencies five times a window, and says which shards are drained and which are near.</summary>
internal sealed partial class ShardMonitor(
    ShardDirectory directory, RouterConfigProvider configuration, TimeProvider time, ILogger<ShardMonitor> logger)
    : IHostedService, IDisposable
{
    // Between draining and recovering a shard must not waver.
    const double RecoveryPart = 0.5;

    ITimer? _timer;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = time.CreateTimer(_ => Turn(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Turn();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    void Turn()
    {
        var options = configuration.Current;
        var shards = directory.Current.Shards;
        foreach (var shard in shards)
            shard.Recent = shard.Latencies.Turn();
        DrainSlow(shards, options.Drain);
        FindNear(shards, options);
        // Once each time, not periodic: turns can't overlap, and the window may change.
        _timer!.Change(options.Drain.Window / LatencyWindow.Slices, Timeout.InfiniteTimeSpan);
    }

    void DrainSlow(IReadOnlyList<Shard> shards, DrainOptions options)
    {
        var room = shards.Count(shard => shard.IsAvailable) / 2;
        // Those already drained keep their room, then the slowest take it.
        foreach (var shard in shards.OrderByDescending(shard => shard.IsDrained).ThenByDescending(shard => shard.Recent.P99).ToArray())
        {
            shard.PeersP99 = GetPeersP99(shard, shards, options.MinAnswers);
            var limit = GetLimit(shard.PeersP99, options);
            if (shard.Drain is { } drain)
            {
                // A shard that is down is avoided more than that already; when it is back, it may be another process.
                if (drain.IsOver || !shard.IsAvailable || room == 0)
                {
                    shard.EndDrain();
                    LogRecovered(shard.Id);
                    continue;
                }
                drain.SetQuick(limit * RecoveryPart);
                room--;
            }
            else if (room > 0 && shard.IsAvailable && shard.PeersP99 is { } peers && IsSlow(shard.Recent, limit, options.MinAnswers))
            {
                var begun = new ShardDrain(time, options.ProbeInterval);
                begun.SetQuick(limit * RecoveryPart);
                shard.BeginDrain(begun);
                LogDrained(shard.Id, shard.Recent.P99.TotalMilliseconds, peers.TotalMilliseconds);
                room--;
            }
        }
    }

    // That more than one in a hundred is slower than the limit is to say that the p99 is; and a few slow ones alone prove nothing.
    static bool IsSlow(LatencySnapshot recent, TimeSpan limit, int minAnswers) =>
        recent.CountAbove(limit) is var slow && slow >= minAnswers && slow * 100L > recent.Count;

    static TimeSpan GetLimit(TimeSpan? peersP99, DrainOptions options) =>
        peersP99 * options.Factor is { } limit && limit > options.Floor ? limit : options.Floor;

    static TimeSpan? GetPeersP99(Shard shard, IReadOnlyList<Shard> shards, int minAnswers)
    {
        TimeSpan[] p99s =
        [
            .. shards.Where(peer => peer != shard && peer is { IsAvailable: true, IsDrained: false } && peer.Recent.Count >= minAnswers)
                .Select(peer => peer.Recent.P99).Order(),
        ];
        return p99s.Length == 0 ? null : (p99s[(p99s.Length - 1) / 2] + p99s[p99s.Length / 2]) / 2;
    }

    static void FindNear(IReadOnlyList<Shard> shards, RouterOptions options)
    {
        Shard[] well = [.. shards.Where(shard => shard is { IsAvailable: true, IsDrained: false })];
        var hasZone = !string.IsNullOrEmpty(options.Zone) && well.Any(shard => shard.Zone == options.Zone);
        var known = well.Where(IsKnown).Select(shard => shard.Recent.Median).DefaultIfEmpty().Min();
        foreach (var shard in shards)
        {
            shard.IsNear = hasZone
                ? shard.Zone == options.Zone
                : !IsKnown(shard) || shard.Recent.Median <= known + options.NearWithin;
        }

        bool IsKnown(Shard shard) => shard.Recent.Count >= options.Drain.MinAnswers;
    }

    [LoggerMessage(1, LogLevel.Warning, "{Shard} is drained: its p99 is {P99} ms, its peers' {PeersP99} ms", EventName = "Drained")]
    partial void LogDrained(string shard, double p99, double peersP99);

    [LoggerMessage(2, LogLevel.Information, "{Shard} is no longer drained", EventName = "Recovered")]
    partial void LogRecovered(string shard);
}
