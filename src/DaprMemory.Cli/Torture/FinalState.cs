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
    const int PageSize = 200;

    // A fleet that was mended this moment may need a while to find itself.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly RetryingSender _sender = new(http, Patience, time);

    /// <summary>Reads every key, all memories by a search, too, and all turns; each call recorded.</summary>
    public Task ReadAllAsync(ClientRecorder recorder) => ForEachSpaceAsync(async space =>
    {
        var client = new TortureClient(_sender, [], recorder, tenant, tally);
        foreach (var key in Cast.KeysOf(options, space).Concat(Cast.MemoriesOfAll))
            await ReadAsync(client, new PlannedCall(NewRead(space, OperationKind.Read, key))).ConfigureAwait(false);
        await ReadAsync(client, new PlannedCall(NewRead(space, OperationKind.Search, "")) { Keys = Cast.MemoriesOfAll }).ConfigureAwait(false);
        foreach (var session in Cast.SessionsOf(options, space))
        {
            long before = 0;
            do
            {
                var read = NewRead(space, OperationKind.ReadTurns, session) with { Before = before, Limit = PageSize };
                before = (await ReadAsync(client, new PlannedCall(read)).ConfigureAwait(false)).Turns is [var first, ..] ? first.Number : 0;
            }
            while (before > 1);
        }
    });

    async Task<Answer> ReadAsync(TortureClient client, PlannedCall read)
    {
        var answer = await client.CallAsync(read).ConfigureAwait(false);
        if (answer.Outcome is not (Outcome.Ok or Outcome.NotFound))
            tally.Note($"in the end {read.Intent.Space}/{read.Intent.Key} can't be read");
        return answer;
    }

    static Operation NewRead(string space, OperationKind kind, string key) => new() { Space = space, Key = key, Kind = kind, Level = Level.Strong };

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
                if (ToEntry(space, place, entry.GetProperty("requestId").GetString(), change) is { } logged)
                    yield return logged;
            }
        }
    }

    /// <summary>A change as the history has it; null if that is not about such records.</summary>
    static LogEntry? ToEntry(string space, Place place, string? requestId, JsonElement change)
    {
        var (key, value) = (change.GetProperty("key").GetString()!, change.GetProperty("value"));
        return change.GetProperty("kind").GetString() switch
        {
            "state" => new LogEntry(space, place, requestId, key, value.ValueKind == JsonValueKind.Null ? null : value.GetRawText()),
            "memory" => new LogEntry(space, place, requestId, Cast.MemoryById(key), MemoryCalls.ValueOf(value)),
            _ => null,
        };
    }

    Task ForEachSpaceAsync(Func<string, Task> read) => Parallel.ForEachAsync(
        Cast.SpacesOf(options), new ParallelOptions { MaxDegreeOfParallelism = SpacesAtOnce }, async (space, _) => await read(space).ConfigureAwait(false));
}
