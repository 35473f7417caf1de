using System.Text.Json;
using DaprMemory.Core.Log;
using DaprMemory.Service.Sessions;
using DaprMemory.Service.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DaprMemory.Service.Tests.Dapr;

/// <summary>The whole service over stores whose items are as small as DynamoDB's: everything is cut to them, and what can't be is refused before they are asked.</summary>
public sealed class SmallItemTests : IAsyncLifetime
{
    const int Limit = 384 * 1024;

    readonly SmallItemStore _strong = new();
    readonly SmallItemStore _hot = new();
    readonly Random _random = new(1);
    TestService _service = null!;

    public async Task InitializeAsync() => _service = await StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Value_that_does_not_fit_is_refused_at_once_and_holds_up_nobody()
    {
        (await _service.SendAsync("PUT", "state/large", Text('x', 380 * 1024))).Status.ShouldBe(201);
        // The same length; but each quote costs four bytes more on the way into the store.
        var refused = await _service.SendAsync("PUT", "state/quotes", JsonSerializer.Serialize(new string('\\', 190 * 1024)));
        refused.ShouldBeProblem(413, "value-too-large").GetProperty("limitBytes").GetInt64().ShouldBe(Limit);
        // White space is six bytes there.
        (await _service.SendAsync("PUT", "state/spaces", "1" + new string('\n', 100 * 1024))).ShouldBeProblem(413, "value-too-large").GetProperty("key").GetString().ShouldBe("spaces");
        // A repeat is told the same, and it stands in the log that nothing can come of it any more.
        (await _service.SendAsync("PUT", "state/large2", Text('x', 400 * 1024), "Idempotency-Key: r", "Memory-Attempt: 2")).ShouldBeProblem(413, "value-too-large");
        (await _service.SendAsync("GET", "commits/2")).Json.GetProperty("entries")[0].GetProperty("refused").ValueKind.ShouldNotBe(JsonValueKind.Undefined);

        (await _service.SendAsync("GET", "state/large")).Body.Length.ShouldBe(380 * 1024);
        (await _service.SendAsync("PUT", "state/next", "1")).Status.ShouldBe(201);
        Refused.ShouldBe(0);
    }

    [Fact]
    public async Task Writes_that_come_together_are_spread_over_as_many_commits_as_they_need()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => _service.SendAsync("PUT", $"state/k{i}", Text((char)('a' + (i % 26)), 90 * 1024))));

        answers.ShouldAllBe(answer => answer.Status == 201);
        for (var i = 0; i < 40; i++)
            (await _service.SendAsync("GET", $"state/k{i}")).Text.ShouldBe(Text((char)('a' + (i % 26)), 90 * 1024));
        Refused.ShouldBe(0);
    }

    [Fact]
    public async Task Transaction_that_does_not_fit_changes_nothing()
    {
        // Its values are small. Its keys are not.
        var changes = Enumerable.Range(0, 1000).Select(i => new { op = "put", key = $"{i:d4}{new string('k', 500)}", value = i }).ToArray();
        (await _service.SendAsync("POST", "transactions", JsonSerializer.Serialize(new { changes }))).ShouldBeProblem(413, "value-too-large").GetProperty("index").GetInt32().ShouldBeInRange(0, 999);
        (await _service.SendAsync("GET", "state")).Json.GetProperty("version").GetInt64().ShouldBe(0);

        (await _service.SendAsync("POST", "transactions", JsonSerializer.Serialize(new { changes = changes.Take(300) }))).Status.ShouldBe(200);
        Refused.ShouldBe(0);
    }

    [Fact]
    public async Task Turns_are_spread_over_blocks_and_an_append_that_does_not_fit_is_refused()
    {
        await _service.SendAsync("POST", "sessions/s/turns", Turns(1, 100));
        (await _service.SendAsync("POST", "sessions/s/turns", Turns(200, 2 * 1024))).ShouldBeProblem(413, "value-too-large").GetProperty("limitBytes").GetInt64().ShouldBe(Limit);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _service.SendAsync("POST", "sessions/s/turns", Turns(50, 1024))));

        answers.ShouldAllBe(answer => answer.Status == 201);
        (await _service.SendAsync("GET", "sessions/s/turns?last=1")).Json.GetProperty("newest").GetInt64().ShouldBe(1001);
        Refused.ShouldBe(0);
    }

    [Fact]
    public async Task Checkpoints_of_records_and_of_memories_are_cut_and_another_shard_uses_them()
    {
        for (var i = 0; i < 12; i++)
        {
            var changes = Enumerable.Range(0, 200).Select(_ => new { op = "put", key = Hex(400), value = 1 });
            (await _service.SendAsync("POST", "transactions", JsonSerializer.Serialize(new { changes }))).Status.ShouldBe(200);
            var memories = Enumerable.Range(0, 100).Select(_ => new { text = Hex(600) });
            (await _service.SendAsync("POST", "memories/batch", JsonSerializer.Serialize(new { memories }))).Status.ShouldBe(200);
        }
        (await _service.SendAsync("POST", "memories/search", """{"query":"what"}""")).Status.ShouldBe(200);
        await _service.StopAsync();

        var pointer = await _strong.GetAsync("acme:agent-1:p", CancellationToken.None);
        pointer.ShouldNotBeNull();
        JsonDocument.Parse(pointer.Value.Value).RootElement.GetProperty("checkpoints")[0].GetProperty("chunks").GetInt32().ShouldBeGreaterThan(1);
        await using var other = await StartAsync();
        var all = (await other.SendAsync("GET", "state?limit=1000")).Json;
        all.GetProperty("items").GetArrayLength().ShouldBe(1000);
        all.GetProperty("version").GetInt64().ShouldBe(24);
        (await other.SendAsync("GET", "memories?limit=1000")).Json.GetProperty("items").GetArrayLength().ShouldBe(1000);
        (await other.SendAsync("POST", "memories/search", """{"query":"what"}""")).Status.ShouldBe(200);
        Refused.ShouldBe(0);
    }

    int Refused => _strong.Refused + _hot.Refused;

    Task<TestService> StartAsync() => TestService.StartAsync(
        services =>
        {
            services.AddSingleton<ICommitStore>(_strong);
            services.AddKeyedSingleton<ICommitStore>(SessionServices.StoreKey, _hot);
        },
        ("Spaces:MaxItemBytes", $"{Limit}"),
        ("Spaces:CheckpointCommits", "8"));

    /// <summary>A JSON string of so many bytes.</summary>
    static string Text(char character, int bytes) => $"\"{new string(character, bytes - 2)}\"";

    static string Turns(int count, int length) =>
        JsonSerializer.Serialize(new { turns = Enumerable.Range(0, count).Select(_ => new { role = "user", text = new string('t', length) }) });

    // Compresses to no less than half.
    string Hex(int length)
    {
        var bytes = new byte[length / 2];
        _random.NextBytes(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
