using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaprMemory.Cli.Torture;
using DaprMemory.Client;
using Microsoft.Data.Sqlite;

namespace DaprMemory.EndToEnd.Tests;

/// <summary>What users see when a part is down, one test for each; what <see cref="FleetTests"/> shows of shards and writes is not repeated.</summary>
public sealed class FailureTests : IAsyncLifetime
{
    // Keys as stored: values, and turns, in the hot store are the only ones with this in them.
    const string HotKeys = ":v:";
    const string TurnKeys = ":s:";

    // Five seconds is the bound of eventual reads; the rest is for a machine that has other things to do.
    static readonly TimeSpan StalenessPatience = TimeSpan.FromSeconds(20);

    readonly DataFolder _data = new();
    Fleet _fleet = null!;
    HttpClient _router = null!;

    public async Task InitializeAsync()
    {
        _fleet = await Fleet.StartAsync(_data.Path);
        _router = new HttpClient { BaseAddress = _fleet.Router };
    }

    public async Task DisposeAsync()
    {
        _router.Dispose();
        await _fleet.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task Strong_store_down_refuses_strong_and_cold_reads_and_leaves_open_views_readable()
    {
        (await PutAsync(_router, "notes", "1")).StatusCode.ShouldBe(HttpStatusCode.Created);
        await BreakAllAsync(new JsonObject { ["effect"] = "failBefore" });

        foreach (var refused in new[] { await GetAsync(_router, "notes", "strong"), await GetAsync(_router, "cold", "session") })
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            refused.Headers.RetryAfter.ShouldNotBeNull();
            (await refused.Content.ReadAsStringAsync()).ShouldContain("urn:daprmemory:unavailable");
        }
        foreach (var level in new[] { "session", "eventual" })
        {
            var served = await GetAsync(_router, "notes", level);
            (await served.Content.ReadAsStringAsync()).ShouldBe("1");
            served.Headers.GetValues("Memory-Consistency").ShouldBe([level]);
        }

        // Beyond the bound of staleness the answer is still there, and says how old it may be.
        using var patience = new CancellationTokenSource(StalenessPatience);
        while (!(await GetAsync(_router, "notes", "session", cancellationToken: patience.Token)).Headers.Contains("Memory-Staleness"))
            patience.Token.ThrowIfCancellationRequested();

        await BreakAllAsync();
        (await GetAsync(_router, "notes", "strong")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Hot_store_down_makes_reads_slower_and_nothing_else()
    {
        await BreakAllAsync(new JsonObject { ["effect"] = "failBefore", ["keyContains"] = HotKeys });

        (await PutAsync(_router, "notes", "1")).StatusCode.ShouldBe(HttpStatusCode.Created);
        foreach (var service in _fleet.Services)
        {
            using var shard = new HttpClient { BaseAddress = service };
            using var read = await GetAsync(shard, "notes", "strong");
            (await read.Content.ReadAsStringAsync()).ShouldBe("1");
            read.Headers.GetValues("Memory-Source").Single().ShouldNotBe("hot");
        }
    }

    [Fact]
    public async Task Hot_store_down_refuses_turns_and_a_resilient_client_goes_on_without_them()
    {
        using var strict = new MemoryClient(_fleet.Router, new MemoryClientOptions { MaxAttempts = 1 });
        using var resilient = new MemoryClient(_fleet.Router, new MemoryClientOptions { MaxAttempts = 1, SwallowsAppends = true });
        var (talk, goesOn) = (strict.Space("notes").Session("monday"), resilient.Space("notes").Session("monday"));
        (await talk.AppendAsync("user", "before", new AppendOptions { IdempotencyKey = "first" })).ShouldBe(1);
        await BreakAllAsync(new JsonObject { ["effect"] = "failBefore", ["keyContains"] = TurnKeys });

        var refused = await Should.ThrowAsync<MemoryException>(() => talk.AppendAsync("user", "meanwhile", new AppendOptions { IdempotencyKey = "again" }));
        (refused.Status, refused.Type, refused.IsUnavailable).ShouldBe((HttpStatusCode.ServiceUnavailable, "urn:daprmemory:unavailable", true));
        (await Should.ThrowAsync<MemoryException>(() => talk.ReadAsync())).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await goesOn.AppendAsync("user", "let go")).ShouldBe(0);
        resilient.SwallowedAppends.ShouldBe(1);
        (await PutAsync(_router, "notes", "1")).StatusCode.ShouldBe(HttpStatusCode.Created, "records are in the other store");

        await BreakAllAsync();
        long number = 0;
        for (var attempt = 0; number == 0; attempt++)
        {
            attempt.ShouldBeLessThan(200);
            number = await resilient.Space("notes").Session("monday").AppendAsync("user", "meanwhile", new AppendOptions { IdempotencyKey = "again" });
        }
        (await talk.AppendAsync("user", "before", new AppendOptions { IdempotencyKey = "first" })).ShouldBe(1);
        var texts = (await talk.ReadAsync())!.Turns.Select(turn => turn.GetText()).ToList();
        texts.ShouldBeUnique();
        texts.Except(["let go"]).ShouldBe(["before", "meanwhile"], "what was refused or let go may be there all the same, once");
    }

    [Fact]
    public async Task Events_down_cost_staleness_up_to_the_bound_and_never_a_write()
    {
        using var writer = new HttpClient { BaseAddress = _fleet.Services[0] };
        using var reader = new HttpClient { BaseAddress = _fleet.Services[1] };
        HttpResponseMessage first;
        for (var attempt = 0; !(first = await PutAsync(writer, "notes", "1")).IsSuccessStatusCode; attempt++)
            attempt.ShouldBeLessThan(50, $"{first.StatusCode}: {await first.Content.ReadAsStringAsync()}");
        (await GetAsync(reader, "notes", "strong")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await BreakAllAsync(
            new JsonObject { ["effect"] = "failBefore", ["targets"] = new JsonArray("publish") },
            new JsonObject { ["effect"] = "lose", ["targets"] = new JsonArray("delivery") });

        var written = await PutAsync(writer, "notes", "2");
        written.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var patience = new CancellationTokenSource(StalenessPatience);
        while (await (await GetAsync(reader, "notes", "eventual", cancellationToken: patience.Token)).Content.ReadAsStringAsync(patience.Token) != "2")
            patience.Token.ThrowIfCancellationRequested();

        written = await PutAsync(writer, "notes", "3");
        using var own = await GetAsync(reader, "notes", "session", token: written.Headers.GetValues("Memory-Token").Single());
        (await own.Content.ReadAsStringAsync()).ShouldBe("3");
    }

    [Theory]
    [InlineData("torn")]
    [InlineData("foreign")]
    [InlineData("no string")]
    [InlineData("no JSON")]
    public async Task Commit_record_that_is_torn_or_foreign_is_named_and_never_skipped(string damage)
    {
        foreach (var value in new[] { "1", "2", "3" })
        {
            await PutAsync(_router, "notes", value);
            await PutAsync(_router, "others", value);
        }
        await _fleet.DisposeAsync();
        const string Record = "default:notes:c:0000000000000002";
        var text = ReadRecord(Record);
        Replace(Record, damage switch
        {
            "torn" => JsonSerializer.SerializeToUtf8Bytes(text[..(text.Length / 2)]),
            "foreign" => JsonSerializer.SerializeToUtf8Bytes(ReadRecord("default:others:c:0000000000000002")),
            "no string" => """{"v":1,"n":2}"""u8.ToArray(),
            _ => "\"torn before the end"u8.ToArray(),
        });
        _fleet = await Fleet.StartAsync(_data.Path, shards: 1);
        using var router = new HttpClient { BaseAddress = _fleet.Router };

        foreach (var refused in new[] { await GetAsync(router, "notes", "strong"), await GetAsync(router, "notes", "session"), await PutAsync(router, "notes", "4") })
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
            using var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync());
            problem.RootElement.GetProperty("type").GetString().ShouldBe("urn:daprmemory:log-corrupt");
            problem.RootElement.GetProperty("commit").GetInt64().ShouldBe(2);
        }
        (await (await GetAsync(router, "others", "strong")).Content.ReadAsStringAsync()).ShouldBe("3");
    }

    async Task BreakAllAsync(params IReadOnlyList<JsonObject> rules)
    {
        for (var shard = 0; shard < _fleet.Services.Count; shard++)
            await _fleet.SetFaultsAsync(shard, rules);
    }

    /// <summary>Changes a record behind everybody's back.</summary>
    void Replace(string key, byte[] value)
    {
        using var connection = OpenStore();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE state SET value = $value WHERE key = $key";
        command.Parameters.AddWithValue("$value", value);
        command.Parameters.AddWithValue("$key", key);
        command.ExecuteNonQuery().ShouldBe(1);
    }

    /// <summary>Reads a record, which Dapr stores as one JSON string.</summary>
    string ReadRecord(string key)
    {
        using var connection = OpenStore();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT value FROM state WHERE key = $key";
        command.Parameters.AddWithValue("$key", key);
        return JsonSerializer.Deserialize<string>((byte[])command.ExecuteScalar()!)!;
    }

    SqliteConnection OpenStore()
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection($"Data Source={Path.Combine(_data.Path, "strong.db")};Pooling=False");
        connection.Open();
        return connection;
    }

    static async Task<HttpResponseMessage> PutAsync(HttpClient http, string space, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        return await http.PutAsync($"/v1/default/{space}/state/a", body);
    }

    static async Task<HttpResponseMessage> GetAsync(
        HttpClient http, string space, string level, string? token = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/default/{space}/state/a");
        request.Headers.Add("Memory-Consistency", level);
        if (token is not null)
            request.Headers.Add("Memory-Token", token);
        return await http.SendAsync(request, cancellationToken);
    }
}
