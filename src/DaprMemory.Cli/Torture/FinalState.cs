using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using DaprMemory.Checker.History;
using DaprMemory.Hosting.Requests;

namespace DaprMemory.Cli.Torture;

/// <summary>Reads what is left when a run is over: every key at strong, and every log.</summary>
internal sealed class FinalState(TortureOptions options, HttpClient http, TimeProvider time, string tenant, CallTally tally)
{
    const int SpacesAtOnce = 8;

    // A fleet that was mended this moment may need a while to find itself.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly RetryingSender _sender = new(http, Patience, time);

    /// <summary>Reads every key, each call recorded.</summary>
    public Task ReadKeysAsync(ClientRecorder recorder) => ForEachSpaceAsync(async space =>
    {
        var client = new TortureClient(_sender, [], recorder, tenant, tally);
        foreach (var key in Workload.KeysOf(options, space))
        {
            var read = new Operation { Space = space, Key = key, Kind = OperationKind.Read, Level = Level.Strong };
            if ((await client.CallAsync(new PlannedCall(read)).ConfigureAwait(false)).Outcome is not (Outcome.Ok or Outcome.NotFound))
                tally.Note($"in the end {space}/{key} can't be read");
        }
    });

    /// <summary>Reads all logs, whole; null if one can't be read, for without its entries everything of it would count as lost.</summary>
    public async Task<IReadOnlyList<LogEntry>?> ReadLogsAsync()
    {
        var logs = new ConcurrentQueue<List<LogEntry>?>();
        await ForEachSpaceAsync(async space => logs.Enqueue(await ReadLogAsync(space).ConfigureAwait(false))).ConfigureAwait(false);
        return logs.Contains(null) ? null : [.. logs.SelectMany(log => log!)];
    }

    async Task<List<LogEntry>?> ReadLogAsync(string space)
    {
        var entries = new List<LogEntry>();
        for (long? after = 0; after is not null;)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"v1/{tenant}/{space}/commits?after={after}&limit=256");
            var reply = await _sender.SendAsync(_ =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
                request.Headers.Add(MemoryHeaders.Consistency, "strong");
                return request;
            }).ConfigureAwait(false);
            if (reply.Status is not HttpStatusCode.OK)
            {
                tally.Note($"in the end the log of {space} can't be read: {reply.Status} {reply.Body}");
                return null;
            }
            using var page = JsonDocument.Parse(reply.Body);
            foreach (var commit in page.RootElement.GetProperty("items").EnumerateArray())
                entries.AddRange(EntriesOf(space, commit));
            after = page.RootElement.TryGetProperty("next", out var next) ? next.GetInt64() : null;
        }
        return entries;
    }

    static IEnumerable<LogEntry> EntriesOf(string space, JsonElement commit)
    {
        var number = commit.GetProperty("n").GetInt64();
        var index = 0;
        foreach (var entry in commit.GetProperty("entries").EnumerateArray())
        {
            var place = new Place(number, index++);
            foreach (var change in entry.GetProperty("changes").EnumerateArray())
            {
                var value = change.GetProperty("value");
                yield return new LogEntry(
                    space,
                    place,
                    entry.GetProperty("requestId").GetString(),
                    change.GetProperty("key").GetString()!,
                    value.ValueKind == JsonValueKind.Null ? null : value.GetRawText());
            }
        }
    }

    Task ForEachSpaceAsync(Func<string, Task> read) => Parallel.ForEachAsync(
        Workload.SpacesOf(options), new ParallelOptions { MaxDegreeOfParallelism = SpacesAtOnce }, async (space, _) => await read(space).ConfigureAwait(false));
}
