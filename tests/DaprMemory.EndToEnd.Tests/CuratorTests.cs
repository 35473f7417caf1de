using System.Net;
using System.Text;
using System.Text.Json;
using DaprMemory.Cli.Up;
using DaprMemory.EndToEnd.Tests.Support;
using Microsoft.Data.Sqlite;

namespace DaprMemory.EndToEnd.Tests;

/// <summary>What <c>daprmem up</c> does by itself, behind what is asked of it.</summary>
public sealed class CuratorTests : IDisposable
{
    readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Up_lists_its_spaces_and_gives_those_that_grow_a_checkpoint_and_their_events_a_mark()
    {
        await using var cluster = await LocalCluster.StartAsync(new LocalClusterOptions
        {
            DataPath = _data.Path,
            Insecure = true,
            CuratorSettings = new Dictionary<string, string?>
            {
                ["Curator:TenantScanPeriod"] = "00:00:00.200",
                ["Curator:CheckpointPeriod"] = "00:00:00.500",
                ["Curator:CheckpointCommits"] = "10",
            },
        });
        using var client = new HttpClient { BaseAddress = cluster.RouterAddress };
        foreach (var space in new[] { "notes", "plans" })
        {
            for (var i = 0; i < 20; i++)
            {
                using var body = new StringContent($"{i}", Encoding.UTF8, "application/json");
                using var written = await client.PutAsync($"/v1/default/{space}/state/k{i}", body);
                written.StatusCode.ShouldBe(HttpStatusCode.Created, await written.Content.ReadAsStringAsync());
            }
        }

        (await client.GetStringAsync("/v1/default/spaces")).ShouldBe("""{"items":[{"name":"notes"},{"name":"plans"}]}""");
        foreach (var space in new[] { "notes", "plans" })
        {
            // The newest one may be of any moment, as long as no other is due.
            await UntilAsync(() => Stored($"default:{space}:p") is { Length: > 0 } pointer
                && JsonDocument.Parse(pointer).RootElement.GetProperty("checkpoints")[0].GetProperty("n").GetInt64() > 10);
            await UntilAsync(() => Stored($"default:{space}:e") == "20");
        }
    }

    /// <summary>The text of a key of the strong store; empty if there is none.</summary>
    string Stored(string key)
    {
        SQLitePCL.Batteries_V2.Init();
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_data.Path, "strong.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT value FROM state WHERE key = $key";
        command.Parameters.AddWithValue("$key", key);
        return command.ExecuteScalar() is byte[] json ? JsonSerializer.Deserialize<string>(json)! : "";
    }

    static async Task UntilAsync(Func<bool> isThere)
    {
        for (var until = DateTimeOffset.UtcNow.AddSeconds(60); !isThere(); await Task.Delay(50))
            DateTimeOffset.UtcNow.ShouldBeLessThan(until);
    }
}
