using System.Security.Cryptography;
using System.Text.Json;
using DaprMemory.Conformance;
using DaprMemory.Core.Audit;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.LocalSidecar;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Tests.Audit;

public sealed class SigningTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("daprmemory-audit-");
    readonly InMemoryCommitStore _store = new();
    readonly ECDsa _first = ECDsa.Create(ECCurve.NamedCurves.nistP256), _second = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    string KeyFile => Path.Combine(_folder.FullName, "keys.pem");

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Service_that_is_to_sign_and_has_no_key_does_not_start()
    {
        (await RefusalAsync(("Audit:Signing", "Required"))).ShouldContain("Set Audit:KeyFile (PEM), or Audit:SecretStore and Audit:SecretName; to do without signatures, set Audit:Signing=Off");
        (await RefusalAsync(("Audit:Signing", "Required"), ("Audit:KeyFile", KeyFile))).ShouldContain(KeyFile);
        await File.WriteAllTextAsync(KeyFile, _first.ExportSubjectPublicKeyInfoPem());
        (await RefusalAsync(("Audit:Signing", "Required"), ("Audit:KeyFile", KeyFile))).ShouldContain("there is no private key");
        await File.WriteAllTextAsync(KeyFile, "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\n-----END PRIVATE KEY-----");
        var refused = await RefusalAsync(("Audit:Signing", "Required"), ("Audit:KeyFile", KeyFile));
        refused.ShouldContain("no EC key on P-256");
        refused.ShouldNotContain("MIGHAgEAMBMG");
        (await RefusalAsync(("Audit:KeyFile", KeyFile), ("Audit:SecretStore", "secrets"))).ShouldContain("exclude each other");
        (await RefusalAsync(("Audit:SecretStore", "secrets"))).ShouldContain("Audit:SecretStore needs Audit:SecretName");
    }

    [Fact]
    public async Task Commits_are_signed_and_a_new_key_in_the_file_is_used_while_the_old_one_verifies()
    {
        await File.WriteAllTextAsync(KeyFile, _first.ExportPkcs8PrivateKeyPem());
        await using var service = await StartAsync();
        await service.SendAsync("PUT", "state/k", "1");
        await File.WriteAllTextAsync(KeyFile, $"{_second.ExportPkcs8PrivateKeyPem()}\n{_first.ExportSubjectPublicKeyInfoPem()}\n");
        var keys = await KeysAsync(service, until: keys => keys.Keys.Count == 2);
        await service.SendAsync("PUT", "state/k", "2");

        var items = (await service.SendAsync("GET", "/v1/acme/audit")).Json.GetProperty("items").EnumerateArray().ToArray();
        items.Select(item => item.GetProperty("kid").GetString()).ShouldBe([CommitKey.Of(_first).Id, CommitKey.Of(_second).Id]);
        (await VerifyAsync(service, keys)).ShouldBe((true, 2));
        (await VerifyAsync(service, new CommitKeySet([CommitKey.Of(_second)]))).IsGood.ShouldBeFalse();
    }

    [Fact]
    public async Task Key_that_becomes_unreadable_stays_in_use()
    {
        await File.WriteAllTextAsync(KeyFile, _first.ExportPkcs8PrivateKeyPem());
        var time = new Support.ManualTime();
        await using var service = await TestService.StartAsync(
            services => services.AddSingleton<ICommitStore>(_store).AddSingleton<TimeProvider>(time), ("Audit:Signing", "Required"), ("Audit:KeyFile", KeyFile));
        await File.WriteAllTextAsync(KeyFile, "no key");
        for (var i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            (await service.SendAsync("PUT", "state/k", $"{i}")).Status.ShouldBe(i == 0 ? 201 : 200);
        }
        (await VerifyAsync(service, new CommitKeySet([CommitKey.Of(_first)]))).ShouldBe((true, 3));
    }

    [Fact]
    public async Task Commits_of_a_release_that_did_not_sign_are_read_and_continued()
    {
        await using (var old = await TestService.StartAsync(_store))
            await old.SendAsync("PUT", "state/k", "1");
        await File.WriteAllTextAsync(KeyFile, _first.ExportPkcs8PrivateKeyPem());
        await using var service = await StartAsync();
        (await service.SendAsync("GET", "state/k")).Text.ShouldBe("1");
        (await service.SendAsync("PUT", "state/k", "2")).Status.ShouldBe(200);
        await using var other = await TestService.StartAsync(_store);
        (await other.SendAsync("GET", "state/k")).Text.ShouldBe("2");
        (await VerifyAsync(service, new CommitKeySet([CommitKey.Of(_first)]), unsignedUntil: 1)).ShouldBe((true, 1));
    }

    [Fact]
    public async Task Key_comes_from_a_secret_store_and_one_that_gives_none_ends_the_start()
    {
        var components = _folder.CreateSubdirectory("components");
        var secrets = Path.Combine(_folder.FullName, "secrets.json");
        await File.WriteAllTextAsync(secrets, JsonSerializer.Serialize(new { audit = new { keys = _first.ExportPkcs8PrivateKeyPem() }, empty = "" }));
        await File.WriteAllTextAsync(Path.Combine(components.FullName, "all.yaml"), $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: strong }
            spec: { type: state.postgresql, version: v2, metadata: [{ name: keyPrefix, value: none }] }
            ---
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: secrets }
            spec: { type: secretstores.local.file, version: v1, metadata: [{ name: secretsFile, value: '{{secrets}}' }] }
            """);
        await using var sidecars = await SidecarHost.StartAsync(new LocalSidecarOptions
        {
            ComponentsPath = components.FullName,
            DataPath = Path.Combine(_folder.FullName, "data"),
            Apps = [new SidecarApp("memory-0")],
            Synchronous = SqliteSynchronous.Normal,
        });
        (string, string)[] Settings(string store, string name) =>
        [
            (MemoryService.DaprHttpEndpointKey, sidecars.AddressOf("memory-0").ToString()), ("Audit:Signing", "Required"),
            ("Audit:SecretStore", store), ("Audit:SecretName", name), ("Audit:SecretRefreshInterval", "00:00:01"),
        ];

        (await RefusalAsync(Settings("secrets", "no-such"))).ShouldContain("no-such not found");
        (await RefusalAsync(Settings("nobody", "audit:keys"))).ShouldContain("ERR_SECRET_STORE_NOT_FOUND");
        (await RefusalAsync(Settings("secrets", "empty"))).ShouldContain("an empty one");
        await using var service = await TestService.StartAsync(Settings("secrets", "audit:keys"));
        await service.SendAsync("PUT", "state/k", "1");
        (await VerifyAsync(service, new CommitKeySet([CommitKey.Of(_first)]))).ShouldBe((true, 1));

        await File.WriteAllTextAsync(secrets, JsonSerializer.Serialize(new { audit = new { keys = $"{_second.ExportPkcs8PrivateKeyPem()}\n{_first.ExportSubjectPublicKeyInfoPem()}" } }));
        await KeysAsync(service, until: keys => keys.Keys.Count == 2);
    }

    [Fact]
    public async Task Sidecar_that_never_answers_ends_the_start_in_time() =>
        (await RefusalAsync((MemoryService.DaprHttpEndpointKey, "http://127.0.0.1:9"), ("Audit:SecretStore", "s"), ("Audit:SecretName", "n"), ("Audit:StartTimeout", "00:00:00.200")))
            .ShouldContain("gave no answer in 0.2 s");

    [Fact]
    public async Task Where_nothing_is_signed_there_are_no_keys()
    {
        await using var service = await TestService.StartAsync(_store);
        await service.SendAsync("PUT", "state/k", "1");
        (await KeysAsync(service, _ => true)).Keys.ShouldBeEmpty();
        (await service.SendAsync("GET", "/v1/acme/audit")).Text.ShouldNotContain("kid");
    }

    Task<TestService> StartAsync() => TestService.StartAsync(_store, ("Audit:Signing", "Required"), ("Audit:KeyFile", KeyFile));

    static async Task<string> RefusalAsync(params (string, string)[] settings)
    {
        var refused = await Should.ThrowAsync<OptionsValidationException>(async () => await (await TestService.StartAsync(settings)).DisposeAsync());
        return refused.Message;
    }

    static async Task<CommitKeySet> KeysAsync(TestService service, Func<CommitKeySet, bool> until)
    {
        for (var limit = DateTimeOffset.UtcNow.AddSeconds(30); ; await Task.Delay(20))
        {
            var answer = await service.SendAsync("GET", "/v1/acme/audit/keys");
            answer.Status.ShouldBe(200, answer.Text);
            answer.Text.ShouldNotContain("\"d\"");
            var keys = CommitKeySet.Parse(answer.Body);
            if (until(keys))
                return keys;
            (DateTimeOffset.UtcNow < limit).ShouldBeTrue(answer.Text);
        }
    }

    static async Task<(bool IsGood, long Signed)> VerifyAsync(TestService service, CommitKeySet keys, long unsignedUntil = 0)
    {
        var texts = new List<ReadOnlyMemory<byte>>();
        for (var n = 1; await service.SendAsync("GET", $"commits/{n}") is { Status: 200 } commit; n++)
            texts.Add(commit.Body);
        var report = await new LogVerifier(new SpaceId("acme", "agent-1"), keys, null, unsignedUntil).VerifyAsync(texts.ToAsyncEnumerable());
        return (report.IsGood, report.SignedCommits);
    }
}
