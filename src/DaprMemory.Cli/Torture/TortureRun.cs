using System.Globalization;
using DaprMemory.Checker.Checks;
using DaprMemory.Checker.History;

namespace DaprMemory.Cli.Torture;

/// <summary>The fault run: clients call a fleet of real processes that is broken all the while, and then everything they were told is checked.</summary>
internal sealed class TortureRun(TortureOptions options, Action<string> report)
{
    const string Tenant = "torture";

    static readonly TimeSpan ClientPatience = TimeSpan.FromSeconds(5);
    static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    readonly TimeProvider _time = TimeProvider.System;
    readonly CallTally _tally = new();

    /// <summary>Runs it to its end. All processes have ended when it returns.</summary>
    /// <exception cref="OperationCanceledException">It was told to stop early.</exception>
    public async Task<TortureReport> RunAsync(CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("daprmem-torture-");
        try
        {
            report("starting the fleet");
            await using var fleet = await Fleet.StartAsync(data.FullName, options.Shards).ConfigureAwait(false);
            using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = fleet.Router };
            var clock = _time.GetTimestamp();
            var recorder = new HistoryRecorder(_time);
            var nemesis = new Nemesis(fleet, options, () => _time.GetElapsedTime(clock).Ticks * TimeSpan.NanosecondsPerTick, report);
            await LoadAsync(recorder, fleet, http, nemesis, cancellationToken).ConfigureAwait(false);
            var elapsed = _time.GetElapsedTime(clock);
            var operations = recorder.Snapshot();

            report("reading what is left");
            var final = new FinalState(options, http, _time, Tenant, _tally);
            await final.ReadAllAsync(recorder.Client(options.Clients)).ConfigureAwait(false);
            var history = new RecordedHistory
            {
                Seed = options.Seed,
                Operations = operations,
                Final = [.. recorder.Snapshot().Where(operation => operation.Client == options.Clients)],
                Log = await final.ReadLogsAsync().ConfigureAwait(false),
            };
            report("checking");
            return new TortureReport
            {
                History = history,
                Check = HistoryChecker.Check(history),
                Faults = [.. nemesis.Faults],
                Elapsed = elapsed,
                Retried = _tally.Retried,
                Unexpected = _tally.Unexpected,
                UnexpectedExamples = _tally.Examples,
                Availability = Availability.Of(operations, nemesis.Faults),
            };
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    async Task LoadAsync(HistoryRecorder recorder, Fleet fleet, HttpClient http, Nemesis nemesis, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(options.Duration);
        var sender = new RetryingSender(http, ClientPatience, _time);
        var clients = Enumerable.Range(0, options.Clients).Select(client => CallAsync(sender, fleet, recorder, client, stop)).ToArray();
        var progress = ProgressAsync(stop.Token);
        // Whichever ends early has failed, and that ends the others.
        var all = new[] { nemesis.RunAsync(stop.Token) }.Concat(clients).ToArray();
        await Task.WhenAny(all).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(all).ConfigureAwait(false);
        await progress.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    async Task CallAsync(RetryingSender sender, Fleet fleet, HistoryRecorder recorder, int number, CancellationTokenSource stop)
    {
        var workload = new Workload(options, number);
        var client = new TortureClient(sender, fleet.Services, recorder.Client(number), Tenant, _tally);
        while (!stop.IsCancellationRequested)
        {
            var planned = workload.Next();
            workload.Learn(planned.Intent, await client.CallAsync(planned).ConfigureAwait(false));
            if (_tally.Done >= options.Operations)
                await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    async Task ProgressAsync(CancellationToken stop)
    {
        long before = 0;
        while (true)
        {
            await Task.Delay(ProgressInterval, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
                return;
            var done = _tally.Done;
            report(string.Create(CultureInfo.InvariantCulture, $"{done:N0} operations, {(done - before) / ProgressInterval.TotalSeconds:N0}/s"));
            before = done;
        }
    }
}
