using System.Diagnostics;
using DaprMemory.Cli.Up;
using DaprMemory.Client;

namespace DaprMemory.Cli.Bench;

/// <summary>Fills a space with a million records, then opens it on a fresh node and sees what that takes.</summary>
internal static class MillionRecords
{
    const int Transactions = 1000;
    const int RecordsEach = 1000;
    const string SpaceName = "million";

    public static async Task<MillionResult> MeasureAsync(LocalClusterOptions options, Action<string> progress, CancellationToken cancellationToken)
    {
        await using (var cluster = await LocalCluster.StartAsync(options, cancellationToken).ConfigureAwait(false))
        {
            using var client = new MemoryClient(cluster.RouterAddress);
            var space = client.Space(SpaceName);
            for (var t = 0; t < Transactions; t++)
            {
                if (t % 100 == 0)
                    progress($"a space of a million records: {t * RecordsEach:N0}");
                var changes = Enumerable.Range(0, RecordsEach)
                    .Select(r => TransactionChange.Put($"turns/session-{t:d4}/turn-{r:d6}", "{\"n\":1}"u8.ToArray())).ToList();
                if (await space.TransactAsync(changes, cancellationToken: cancellationToken).ConfigureAwait(false) is not TransactionResult.Committed)
                    throw new IOException("a transaction was refused");
            }
        }
        await using (var fresh = await LocalCluster.StartAsync(options, cancellationToken).ConfigureAwait(false))
        {
            progress("opening it");
            using var client = new MemoryClient(fresh.RouterAddress);
            var before = await HeapBytesAsync(cancellationToken).ConfigureAwait(false);
            var began = Stopwatch.GetTimestamp();
            await client.Space(SpaceName).GetAsync("turns/session-0999/turn-000999", cancellationToken: cancellationToken).ConfigureAwait(false);
            var elapsed = Stopwatch.GetElapsedTime(began);
            var memory = await HeapBytesAsync(cancellationToken).ConfigureAwait(false) - before;
            return new MillionResult(elapsed.TotalSeconds, memory / 1048576.0);
        }
    }

    /// <summary>The heap once it has come to rest: what was closed a moment ago takes a while to be let go.</summary>
    static async Task<long> HeapBytesAsync(CancellationToken cancellationToken)
    {
        for (var last = long.MaxValue; ;)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            var now = GC.GetTotalMemory(forceFullCollection: true);
            if (now > last - 1024 * 1024)
                return now;
            last = now;
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false);
        }
    }
}
