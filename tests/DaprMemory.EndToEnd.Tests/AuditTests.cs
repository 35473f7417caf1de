using System.Security.Cryptography;
using System.Text.Json;
using DaprMemory.Cli.Commands;
using DaprMemory.Cli.Identity;
using DaprMemory.Cli.Up;
using DaprMemory.Core.Audit;
using DaprMemory.EndToEnd.Tests.Support;
using DaprMemory.Hosting.Identity;
using DaprMemory.LocalSidecar;

namespace DaprMemory.EndToEnd.Tests;

/// <summary>What is written through the whole system can be proven later, across a change of keys, by who has nothing but the export and the public keys.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    readonly DataFolder _data = new(), _kept = new();
    LocalCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await LocalCluster.StartAsync(
        new LocalClusterOptions { DataPath = _data.Path, Shards = 2, Synchronous = SqliteSynchronous.Normal });

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _data.Dispose();
        _kept.Dispose();
    }

    [Fact]
    public async Task Log_is_exported_verified_tampered_with_and_verified_across_a_change_of_keys()
    {
        var (export, keys, anchor) = (In("log.jsonl"), In("keys.json"), In("anchor.json"));
        await PutAsync("k1");
        var keyFile = Path.Combine(_data.Path, "audit", "key.pem");
        var first = await KidsAsync();
        using (var next = ECDsa.Create(ECCurve.NamedCurves.nistP256))
            await File.WriteAllTextAsync(keyFile, $"{next.ExportPkcs8PrivateKeyPem()}\n{await File.ReadAllTextAsync(keyFile)}");
        // Each shard reads the file once a second, and they are not of one mind for so long.
        for (var i = 0; (await KidsAsync()).Last() == first.Single(); i++)
        {
            i.ShouldBeLessThan(500);
            await PutAsync($"k{i}");
        }
        (await KidsAsync()).Count.ShouldBe(2);
        await File.WriteAllTextAsync(keys, await GetAsync("audit/keys"));

        (await RunAsync("export", "notes", "--out", export)).ShouldBe(ExitCodes.Ok);
        (await RunAsync("verify", "notes", "--anchor", "none")).ShouldBe(ExitCodes.Failed);
        (await OfflineAsync("verify", "notes", "--file", export, "--keys", keys, "--write-anchor", anchor)).ShouldBe(ExitCodes.Ok);
        var commits = await File.ReadAllLinesAsync(export);
        await File.WriteAllLinesAsync(In("cut.jsonl"), commits[..^1]);
        (await OfflineAsync("verify", "notes", "--file", In("cut.jsonl"), "--keys", keys, "--anchor", anchor)).ShouldBe(ExitCodes.NotAsWritten);
        commits[0] = commits[0].Replace("k1", "k2", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(In("changed.jsonl"), commits);
        (await OfflineAsync("verify", "notes", "--file", In("changed.jsonl"), "--keys", keys)).ShouldBe(ExitCodes.NotAsWritten);
        // The old key alone does not do, nor the new one.
        foreach (var kid in await KidsAsync())
        {
            var some = CommitKeySet.Parse(await File.ReadAllBytesAsync(keys)).Keys.Where(key => key.Id == kid);
            await File.WriteAllBytesAsync(In("one.json"), new CommitKeySet(some).ToJson());
            (await OfflineAsync("verify", "notes", "--file", export, "--keys", In("one.json"))).ShouldBe(ExitCodes.NotAsWritten);
        }
    }

    [Fact]
    public async Task Every_kind_of_write_names_the_token_that_it_was_made_with()
    {
        var token = Token("coder");
        var jti = JsonDocument.Parse(Convert.FromBase64String(Pad(token.Split('.')[1]))).RootElement.GetProperty("jti").GetString();
        (string Method, string Path, string Body)[] writes =
        [
            ("PUT", "state/k", "1"), ("PATCH", "state/k", "2"), ("POST", "transactions", """{"changes":[{"op":"put","key":"t","value":1}]}"""),
            ("POST", "memories", """{"id":"m","text":"one"}"""), ("POST", "memories/batch", """{"memories":[{"id":"b","text":"two"}]}"""),
            ("POST", "sessions/monday/turns", """{"role":"user","text":"hi"}"""), ("DELETE", "sessions/monday", ""), ("DELETE", "memories/m", ""), ("DELETE", "state/k", ""),
        ];
        foreach (var (method, path, body) in writes)
            (await RawHttp.SendAsync(_cluster.RouterAddress, method, $"/v1/acme/desk/{path}", [("Authorization", "Bearer " + token)], body.Length > 0 ? body : null)).Status.ShouldBeLessThan(300, path);

        var items = JsonDocument.Parse(await GetAsync("audit?space=desk")).RootElement.GetProperty("items").EnumerateArray().ToArray();
        items.Length.ShouldBe(writes.Length);
        items.ShouldAllBe(item => item.GetProperty("by").GetString() == "coder" && item.GetProperty("via").GetString() == $"jwt:{jti}");
        JsonDocument.Parse(await GetAsync($"audit?via=jwt:{jti}")).RootElement.GetProperty("items").GetArrayLength().ShouldBe(writes.Length);
        JsonDocument.Parse(await GetAsync("audit?via=jwt:another")).RootElement.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Audit_is_for_admins_and_the_keys_for_readers()
    {
        foreach (var (scope, audit, keys) in new[] { (ScopeNames.Read, 403, 200), (ScopeNames.Write, 403, 403), (ScopeNames.Admin, 200, 200) })
        {
            (string, string) bearer = ("Authorization", "Bearer " + _cluster.Issuer!.Issue("acme", "x", [scope], TimeSpan.FromMinutes(5)));
            (await RawHttp.SendAsync(_cluster.RouterAddress, "GET", "/v1/acme/audit", [bearer])).Status.ShouldBe(audit);
            (await RawHttp.SendAsync(_cluster.RouterAddress, "GET", "/v1/acme/audit/reads", [bearer])).Status.ShouldBe(audit);
            (await RawHttp.SendAsync(_cluster.RouterAddress, "GET", "/v1/acme/audit/keys", [bearer])).Status.ShouldBe(keys);
        }
    }

    string In(string name) => Path.Combine(_kept.Path, name);

    string Token(string agent) => _cluster.Issuer!.Issue("acme", agent, [ScopeNames.Admin], TimeSpan.FromMinutes(5));

    async Task PutAsync(string key) =>
        (await RawHttp.SendAsync(_cluster.RouterAddress, "PUT", $"/v1/acme/notes/state/{key}", [("Authorization", "Bearer " + Token("writer"))], "1")).Status.ShouldBeLessThan(300);

    async Task<string> GetAsync(string path)
    {
        using var client = new HttpClient { BaseAddress = _cluster.RouterAddress };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Token("auditor"));
        return await client.GetStringAsync($"/v1/acme/{path}");
    }

    async Task<List<string>> KidsAsync() =>
    [
        .. JsonDocument.Parse(await GetAsync("audit?space=notes&limit=1000")).RootElement.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("kid").GetString()!).Distinct(),
    ];

    Task<int> RunAsync(params string[] args) => OfflineAsync([.. args, "--url", _cluster.RouterAddress.ToString(), "--data", _data.Path]);

    static async Task<int> OfflineAsync(params string[] args) => await MemoryCommand.InvokeAsync([.. args, "--tenant", "acme"], TextWriter.Null, TextWriter.Null);

    static string Pad(string text) => text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=');
}
