using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DaprMemory.Cli.Up;
using DaprMemory.Client;

namespace DaprMemory.Cli.Bench;

/// <summary>
/// Loads with sessions and memories: appends to a long conversation beside appends to short ones, keyword searches over thousands of memories,
/// and the first search of a hundred thousand on a fresh node.
/// </summary>
internal sealed class MemoryLoads(LocalClusterOptions clusterOptions, BenchOptions options, TimeSpan warmUp, Action<string> progress)
{
    const int LongTurns = 10_000, ShortTurns = 10;
    const int Appends = 2_000;
    const int MaxBatch = 256;
    const int ManyMemories = 100_000;
    const int Words = 5_000;
    const int Queries = 1_000;

    static readonly int[] SearchedMemories = [5_000, 10_000];

    /// <summary>Measures all of it.</summary>
    /// <param name="add">Takes a row of the report: its name, its clients, and what the load showed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<MemoryLoadsResult> MeasureAsync(Action<string, int, LoadResult> add, CancellationToken cancellationToken)
    {
        var data = clusterOptions with { DataPath = Path.Combine(clusterOptions.DataPath, "memories") };
        (TimeSpan Short, TimeSpan Long) append;
        await using (var cluster = await LocalCluster.StartAsync(data, cancellationToken).ConfigureAwait(false))
        {
            using var client = new MemoryClient(cluster.RouterAddress, new MemoryClientOptions { Tenant = Requests.Tenant });
            append = await AppendAsync(cluster.RouterAddress, client, cancellationToken).ConfigureAwait(false);
            foreach (var count in SearchedMemories)
            {
                var space = $"memories-{count}";
                await FillAsync(client, space, count, cancellationToken).ConfigureAwait(false);
                progress($"keyword search over {count:N0} memories");
                foreach (var clients in new[] { options.Clients, 1 })
                {
                    var load = await new LoadRun(cluster.RouterAddress, clients, Searches(space)).RunAsync(warmUp, options.Measured, cancellationToken).ConfigureAwait(false);
                    add(string.Create(CultureInfo.InvariantCulture, $"keyword search, {count:N0} memories"), clients, load);
                }
            }
            await FillAsync(client, "many", ManyMemories, cancellationToken).ConfigureAwait(false);
        }
        await using (var fresh = await LocalCluster.StartAsync(data, cancellationToken).ConfigureAwait(false))
        {
            progress($"opening the index of {ManyMemories:N0} memories");
            using var client = new MemoryClient(fresh.RouterAddress, new MemoryClientOptions { Tenant = Requests.Tenant });
            var began = Stopwatch.GetTimestamp();
            await client.Space("many").Memories.SearchAsync("word1 word2", new SearchOptions { Mode = "keyword" }, cancellationToken).ConfigureAwait(false);
            return new MemoryLoadsResult(append.Short.TotalMilliseconds, append.Long.TotalMilliseconds, Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
    }

    /// <summary>Appends to a session of ten thousand turns and to sessions of ten in turn: what else the machine does hits both alike.</summary>
    async Task<(TimeSpan Short, TimeSpan Long)> AppendAsync(Uri address, MemoryClient client, CancellationToken cancellationToken)
    {
        progress($"appends at {ShortTurns} and at {LongTurns:N0} turns");
        await FillSessionAsync(client, "long", LongTurns, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < Appends / ShortTurns; i++)
            await FillSessionAsync(client, $"short-{i}", ShortTurns, cancellationToken).ConfigureAwait(false);
        using var connection = await LoadConnection.OpenAsync(address, cancellationToken).ConfigureAwait(false);
        var (atShort, atLong) = (new LatencyHistogram(), new LatencyHistogram());
        for (var i = 0; i < Appends; i++)
        {
            await TimeAsync($"short-{i % (Appends / ShortTurns)}", atShort).ConfigureAwait(false);
            await TimeAsync("long", atLong).ConfigureAwait(false);
        }
        return (atShort.Quantile(0.99), atLong.Quantile(0.99));

        async Task TimeAsync(string session, LatencyHistogram latencies)
        {
            var request = Post($"sessions/sessions/{session}/turns", """{"role":"user","text":"What was said just now, in some forty characters."}""");
            var began = Stopwatch.GetTimestamp();
            if (await connection.SendAsync(request, cancellationToken).ConfigureAwait(false) != 201)
                throw new IOException($"a turn of {session} was not taken");
            latencies.Record(Stopwatch.GetElapsedTime(began));
        }
    }

    static async Task FillSessionAsync(MemoryClient client, string session, int turns, CancellationToken cancellationToken)
    {
        foreach (var some in Enumerable.Range(1, turns).Select(i => new NewTurn("user") { Text = $"Turn {i}, about as long as turns are." }).Chunk(MaxBatch))
            await client.Space("sessions").Session(session).AppendAsync(some, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    async Task FillAsync(MemoryClient client, string space, int count, CancellationToken cancellationToken)
    {
        progress($"{count:N0} memories");
        var random = new Random(count);
        foreach (var some in Enumerable.Range(0, count).Select(i => new NewMemory(Text(random, 20)) { Id = $"m{i}" }).Chunk(MaxBatch))
        {
            if (await client.Space(space).Memories.AddAsync(some, cancellationToken: cancellationToken).ConfigureAwait(false) is not BatchResult.Committed)
                throw new IOException("memories were not taken");
        }
    }

    static RequestFactory Searches(string space)
    {
        var random = new Random(7);
        byte[][] requests = [.. Enumerable.Range(0, Queries).Select(_ => Post(
            $"{space}/memories/search", JsonSerializer.Serialize(new SearchText(Text(random, 5), "keyword"), BenchJsonContext.Default.SearchText)))];
        return (client, number, request) =>
        {
            request.Write(requests[(client * 7919 + number) % Queries]);
            return true;
        };
    }

    // The more common a word the smaller its number, as in texts of people.
    static string Text(Random random, int words) =>
        string.Join(' ', Enumerable.Range(0, words).Select(_ => $"word{(int)(Math.Pow(Words, random.NextDouble()) - 1)}"));

    static byte[] Post(string path, string body) => Encoding.ASCII.GetBytes(
        $"POST /v1/{Requests.Tenant}/{path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
}
