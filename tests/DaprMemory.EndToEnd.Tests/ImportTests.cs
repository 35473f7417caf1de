using System.Net.Http.Json;
using System.Text.Json;
using DaprMemory.Cli.Torture;

namespace DaprMemory.EndToEnd.Tests;

/// <summary>A real import of real conversations by 16 writers, with <c>kill -9</c> in the middle: every turn is there exactly once.</summary>
public sealed class ImportTests
{
    [ConversationsFact]
    public async Task Import_through_the_death_of_the_whole_system_leaves_every_turn_exactly_once()
    {
        using var data = new DataFolder();
        var (up, address) = await UpAsync(data.Path, 0);
        var import = ImportAsync(address);
        await WaitForTurnsAsync(address, 500);

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

    static Task<(int ExitCode, string Output)> ImportAsync(Uri address) =>
        ServerProcess.RunAsync("DaprMemory.Cli", "import", Conversations.File!, "--url", address.ToString(), "--parallel", "16");

    static async Task WaitForTurnsAsync(Uri address, long count)
    {
        using var http = new HttpClient { BaseAddress = address };
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var spaces = Conversations.Read().Select(turn => turn.Space).Distinct().ToList();
        for (long written = 0; written < count;)
        {
            written = 0;
            foreach (var space in spaces)
            {
                using var answer = await http.GetAsync($"/v1/default/{space}/state?prefix=turns/&limit=1000", patience.Token);
                if (answer.IsSuccessStatusCode)
                    written += (await answer.Content.ReadFromJsonAsync<JsonElement>(patience.Token)).GetProperty("items").GetArrayLength();
            }
        }
    }

    /// <summary>Each turn reads back byte for byte, was written by its speaker, and stands once in a log that verifies.</summary>
    static async Task CheckAsync(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        // This reader has no token of any writer, and a shard that comes back has the view it had: only the log knows what is newest.
        http.DefaultRequestHeaders.Add("Memory-Consistency", "strong");
        var turns = Conversations.Read();
        turns.Count.ShouldBe(2760);
        var logged = new Dictionary<(string Space, string Key), string>();
        foreach (var space in turns.Select(turn => turn.Space).Distinct())
        {
            for (JsonElement? next = JsonSerializer.SerializeToElement(0); next is not null;)
            {
                var page = await http.GetFromJsonAsync<JsonElement>($"/v1/default/{space}/commits?after={next}&limit=256");
                foreach (var entry in page.GetProperty("items").EnumerateArray().SelectMany(commit => commit.GetProperty("entries").EnumerateArray()))
                {
                    foreach (var change in entry.GetProperty("changes").EnumerateArray())
                        logged.TryAdd((space, change.GetProperty("key").GetString()!), entry.GetProperty("by").GetString()!).ShouldBeTrue("a turn stands twice in the log");
                }
                next = page.TryGetProperty("next", out var after) ? after : null;
            }
        }
        logged.Count.ShouldBe(turns.Count);
        foreach (var (space, key, speaker, line) in turns)
        {
            logged[(space, key)].ShouldBe(speaker);
            (await http.GetByteArrayAsync($"/v1/default/{space}/state/{key}")).ShouldBe(line);
        }
    }
}
