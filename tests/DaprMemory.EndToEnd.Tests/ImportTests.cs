using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using DaprMemory.Cli.Torture;

namespace DaprMemory.EndToEnd.Tests;

/// <summary>A real import of real conversations, with <c>kill -9</c> in the middle: every turn is there exactly once.</summary>
public sealed class ImportTests
{
    [ConversationsFact]
    public async Task Import_through_the_death_of_the_whole_system_leaves_every_turn_exactly_once()
    {
        using var data = new DataFolder();
        var (up, address) = await UpAsync(data.Path, 0);
        // One request at a time, and killed as soon as the first of hundreds of sessions is there: so it is certainly under way.
        var import = ImportAsync(address, parallel: 1);
        await WaitForTurnsAsync(address, 1, Conversations.Read()[0]);

        await up.KillAsync();
        import.IsCompleted.ShouldBeFalse("the import was to be killed in its middle");
        (up, address) = await UpAsync(data.Path, address.Port);
        await using var _ = up;
        // The writers may have lost patience. What they leave undone, a second import does, and it doubles nothing.
        if ((await import).ExitCode != 0)
            (await ImportAsync(address)).ShouldSatisfyAllConditions(run => run.ExitCode.ShouldBe(0, run.Output));

        await CheckAsync(address);
        (await up.TerminateAsync()).ShouldBe(0);
    }

    [ConversationsFact]
    public async Task Import_through_the_death_of_a_service_and_a_sidecar_leaves_every_turn_exactly_once()
    {
        using var data = new DataFolder();
        await using var fleet = await Fleet.StartAsync(data.Path);
        var import = ImportAsync(fleet.Router);
        await WaitForTurnsAsync(fleet.Router, 300);

        await fleet.KillServiceAsync(0);
        await fleet.KillSidecarAsync(1);
        await WaitForTurnsAsync(fleet.Router, 800);
        await fleet.StartServiceAsync(0);
        await fleet.StartSidecarAsync(1);
        if ((await import).ExitCode != 0)
            (await ImportAsync(fleet.Router)).ShouldSatisfyAllConditions(run => run.ExitCode.ShouldBe(0, run.Output));

        await CheckAsync(fleet.Router);
    }

    static Task<(ServerProcess, Uri)> UpAsync(string dataPath, int port) =>
        ServerProcess.StartAsync("DaprMemory.Cli", ["up", "--insecure", "--data", dataPath, "--port", $"{port}"]);

    static Task<(int ExitCode, string Output)> ImportAsync(Uri address, int parallel = 16) =>
        ServerProcess.RunAsync("DaprMemory.Cli", "import", Conversations.File!, "--url", address.ToString(), "--parallel", $"{parallel}");

    /// <summary>Waits until there are so many turns, in the sessions of these turns or, without any, in all.</summary>
    static async Task WaitForTurnsAsync(Uri address, long count, params (string Space, string Session, string Speaker, string At, string Text)[] of)
    {
        using var http = new HttpClient { BaseAddress = address };
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var sessions = (of.Length > 0 ? of : Conversations.Read()).Select(turn => (turn.Space, turn.Session)).Distinct().ToList();
        for (long written = 0; written < count;)
        {
            written = 0;
            foreach (var (space, session) in sessions)
            {
                using var answer = await http.GetAsync($"/v1/default/{space}/sessions/{session}/turns?last=1", patience.Token);
                if (answer.IsSuccessStatusCode)
                    written += (await answer.Content.ReadFromJsonAsync<JsonElement>(patience.Token)).GetProperty("newest").GetInt64();
            }
        }
    }

    /// <summary>Each turn stands once in its session, in the order of the file, and has one memory, which stands once in the log.</summary>
    static async Task CheckAsync(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        // This reader has no token of any writer, and a shard that comes back has the view it had: only the log knows what is newest.
        http.DefaultRequestHeaders.Add("Memory-Consistency", "strong");
        var turns = Conversations.Read();
        turns.Count.ShouldBe(2760);
        foreach (var space in turns.GroupBy(turn => turn.Space))
        {
            var memories = await ReadLogAsync(http, space.Key);
            foreach (var session in space.GroupBy(turn => turn.Session))
            {
                var read = await http.GetFromJsonAsync<JsonElement>($"/v1/default/{space.Key}/sessions/{session.Key}/turns?limit=1000");
                read.TryGetProperty("missing", out _).ShouldBeFalse();
                read.GetProperty("turns").EnumerateArray()
                    .Select(turn => (turn.GetProperty("agent").GetString()!, turn.GetProperty("at").GetDateTimeOffset(), turn.GetProperty("text").GetString()!))
                    .ShouldBe(session.Select(turn => (turn.Speaker, DateTimeOffset.Parse(turn.At, CultureInfo.InvariantCulture), turn.Text)));
                foreach (var (turn, number) in session.Select((turn, i) => (turn, i + 1L)))
                    memories.Remove((session.Key, number)).ShouldBe(!string.IsNullOrWhiteSpace(turn.Text), $"the memory of turn {number} of {session.Key} in {space.Key}");
            }
            memories.ShouldBeEmpty();
        }
    }

    /// <summary>The turns that the log of a space has memories of.</summary>
    static async Task<HashSet<(string Session, long Turn)>> ReadLogAsync(HttpClient http, string space)
    {
        var memories = new HashSet<(string, long)>();
        for (JsonElement? next = JsonSerializer.SerializeToElement(0); next is not null;)
        {
            var page = await http.GetFromJsonAsync<JsonElement>($"/v1/default/{space}/commits?after={next}&limit=256");
            foreach (var change in page.GetProperty("items").EnumerateArray().SelectMany(commit => commit.GetProperty("entries").EnumerateArray()).SelectMany(entry => entry.GetProperty("changes").EnumerateArray()))
            {
                if (change.GetProperty("kind").GetString() != "memory")
                    continue;
                var source = change.GetProperty("value").GetProperty("source");
                memories.Add((source.GetProperty("session").GetString()!, source.GetProperty("turn").GetInt64())).ShouldBeTrue("a turn is remembered twice");
            }
            next = page.TryGetProperty("next", out var after) ? after : null;
        }
        return memories;
    }
}
