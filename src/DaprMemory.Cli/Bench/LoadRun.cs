using System.Buffers;
using System.Diagnostics;

namespace DaprMemory.Cli.Bench;

/// <summary>Writes the bytes of a client's next request; <c>false</c>: this client has no more.</summary>
/// <param name="client">The client, from 0.</param>
/// <param name="number">The number of its request, from 0.</param>
/// <param name="request">Where to write.</param>
internal delegate bool RequestFactory(int client, long number, ArrayBufferWriter<byte> request);

/// <summary>What a load showed.</summary>
/// <param name="Latencies">Of the good answers.</param>
/// <param name="Elapsed">How long was measured.</param>
/// <param name="Errors">Answers that were not 2xx.</param>
internal sealed record LoadResult(LatencyHistogram Latencies, TimeSpan Elapsed, long Errors)
{
    /// <summary>Good answers a second.</summary>
    public double Rate => Latencies.Count / Elapsed.TotalSeconds;
}

/// <summary>Clients that each send one request after the other, as fast as they are answered.</summary>
internal sealed class LoadRun(Uri address, int clients, RequestFactory next)
{
    /// <summary>Runs for a time, or until no client has a request left. Requests of the warm-up are sent but not counted.</summary>
    public async Task<LoadResult> RunAsync(TimeSpan warmUp, TimeSpan measured, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var results = await Task.WhenAll(Enumerable.Range(0, clients)
            .Select(client => Task.Run(() => RunClientAsync(client, began, warmUp, measured, cancellationToken), cancellationToken))).ConfigureAwait(false);
        var elapsed = Stopwatch.GetElapsedTime(began) - warmUp;
        var latencies = new LatencyHistogram();
        long errors = 0;
        foreach (var (histogram, failed) in results)
        {
            latencies.Add(histogram);
            errors += failed;
        }
        return new LoadResult(latencies, elapsed, errors);
    }

    async Task<(LatencyHistogram Latencies, long Errors)> RunClientAsync(
        int client, long began, TimeSpan warmUp, TimeSpan measured, CancellationToken cancellationToken)
    {
        var latencies = new LatencyHistogram();
        long errors = 0;
        var request = new ArrayBufferWriter<byte>(1024);
        using var connection = await LoadConnection.OpenAsync(address, cancellationToken).ConfigureAwait(false);
        for (long number = 0; ; number++)
        {
            request.ResetWrittenCount();
            var sent = Stopwatch.GetTimestamp();
            var sinceBegin = Stopwatch.GetElapsedTime(began, sent);
            if (sinceBegin >= warmUp + measured || !next(client, number, request))
                return (latencies, errors);
            var status = await connection.SendAsync(request.WrittenMemory, cancellationToken).ConfigureAwait(false);
            if (sinceBegin < warmUp)
                continue;
            if (status is >= 200 and < 300)
                latencies.Record(Stopwatch.GetElapsedTime(sent));
            else
                errors++;
        }
    }
}
