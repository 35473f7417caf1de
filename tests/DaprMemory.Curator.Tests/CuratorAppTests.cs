using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Curator.Tenants;
using DaprMemory.Curator.Tests.Support;
using DaprMemory.Hosting.Identity;
using DaprMemory.LocalSidecar;
using DaprMemory.LocalSidecar.Faults;
using DaprMemory.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DaprMemory.Curator.Tests;

/// <summary>The curator and a shard, each beside its sidecar.</summary>
public sealed class CuratorAppTests : IAsyncLifetime
{
    const string Shard = "memory-0";
    const string Token = "app-token";
    const int CheckpointCommits = 10;
    const string StartsTenants = "Test:StartsTenants";

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("curator-");
    readonly List<WebApplication> _apps = [];
    SidecarHost? _sidecars;

    public async Task InitializeAsync()
    {
        foreach (var (name, type, version, setting) in new[] { ("strong", "state.postgresql", "v2", "actorStateStore"), ("events", "pubsub.redis", "v1", "unused") })
        {
            await File.WriteAllTextAsync(Path.Combine(_folder.FullName, name + ".yaml"), $$"""
                apiVersion: dapr.io/v1alpha1
                kind: Component
                metadata:
                  name: {{name}}
                spec:
                  type: {{type}}
                  version: {{version}}
                  metadata:
                    - name: keyPrefix
                      value: none
                    - name: {{setting}}
                      value: "true"
                """);
        }
        await StartSidecarsAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var app in _apps)
            await app.DisposeAsync();
        if (_sidecars is not null)
            await _sidecars.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Tenants_spaces_are_kept_up_from_their_first_write_on()
    {
        var shard = await StartShardAsync();
        await StartCuratorAsync();
        await WriteAsync(shard, "acme", 30);
        await UntilAsync(() => HasCheckpointAsync("acme", 30));

        // A tenant that comes later, too.
        await WriteAsync(shard, "zeta", 30);
        await UntilAsync(() => HasCheckpointAsync("zeta", 30));
    }

    [Fact]
    public async Task Commits_whose_writer_went_without_publishing_are_published()
    {
        var shard = await StartShardAsync();
        _sidecars!.Faults(Shard).Set(new FaultRule(FaultEffect.FailBefore) { Targets = [FaultTarget.Publish] });
        await WriteAsync(shard, "acme", 5);
        await shard.StopAsync();
        (await StoredAsync("acme:notes:e")).ShouldBeEmpty();

        await StartCuratorAsync();

        await UntilAsync(async () => await StoredAsync("acme:notes:e") == "5");
    }

    [Fact]
    public async Task Reminders_outlive_curator_and_sidecar()
    {
        var shard = await StartShardAsync();
        var curator = await StartCuratorAsync();
        await WriteAsync(shard, "acme", 30);
        await UntilAsync(() => HasCheckpointAsync("acme", 30));
        await curator.StopAsync();
        await WriteAsync(shard, "acme", 30, from: 31);
        await shard.StopAsync();
        await _sidecars!.DisposeAsync();

        await StartSidecarsAsync();
        // Nobody gives the tenant its reminders again.
        await StartCuratorAsync((StartsTenants, "false"));

        await UntilAsync(() => HasCheckpointAsync("acme", 60));
    }

    [Fact]
    public async Task Actors_are_only_for_the_sidecar_and_health_is_for_everybody()
    {
        var curator = await StartCuratorAsync();
        using var client = new HttpClient { BaseAddress = new Uri(curator.Urls.Single()) };

        (await StatusAsync("PUT", $"/actors/{TenantCurator.TypeName}/acme/method/StartAsync")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync("PUT", $"/actors/{TenantCurator.TypeName}/acme/method/remind/events", token: "wrong")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync("GET", "/dapr/config")).ShouldBe(HttpStatusCode.Unauthorized);
        // Who calls through a sidecar has the token and is not the sidecar.
        (await StatusAsync("GET", "/dapr/config", Token, "someone")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync("GET", "/dapr/config", Token)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync("GET", "/healthz")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync("GET", "/health/live")).ShouldBe(HttpStatusCode.OK);
        await UntilAsync(async () => await StatusAsync("GET", "/health/ready") == HttpStatusCode.OK);

        async Task<HttpStatusCode> StatusAsync(string method, string path, string? token = null, string? caller = null)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (token is not null)
                request.Headers.Add("dapr-api-token", token);
            if (caller is not null)
                request.Headers.Add("dapr-caller-app-id", caller);
            using var response = await client.SendAsync(request);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Reminders_of_nobody_are_ignored()
    {
        var curator = await StartCuratorAsync();
        using var client = new HttpClient { BaseAddress = new Uri(curator.Urls.Single()) };
        client.DefaultRequestHeaders.Add("dapr-api-token", Token);
        foreach (var path in new[] { "acme/method/remind/unheard-of", "@/method/remind/events", "Not%20a%20tenant/method/remind/events" })
        {
            using var body = new StringContent("""{"dueTime":"","period":""}""", Encoding.UTF8, "application/json");
            (await client.PutAsync($"/actors/{TenantCurator.TypeName}/{path}", body)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Theory]
    [InlineData("Curator:CheckpointCommits", "0")]
    [InlineData("Curator:EventPeriod", "00:00:00")]
    [InlineData("Curator:StrongStore", "")]
    public async Task Options_that_make_no_sense_are_refused_at_start(string key, string value) =>
        await Should.ThrowAsync<OptionsValidationException>(() => StartCuratorAsync((key, value)));

    [Fact]
    public async Task What_the_curator_commits_is_signed_as_the_shards_commits_are()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var file = Path.Combine(_folder.FullName, "keys.pem");
        await File.WriteAllTextAsync(file, key.ExportPkcs8PrivateKeyPem());
        var curator = await StartCuratorAsync(("Audit:Signing", "Required"), ("Audit:KeyFile", file));
        var space = await curator.Services.GetRequiredService<SpaceRegistry>().OpenAsync(new SpaceId("acme", "notes"), default);
        var change = new Mutation(new RecordKey(RecordKind.State, "k"), MutationKind.Put, "1"u8.ToArray());
        (await space.WriteAsync(new WriteRequest("curator", "r", 1, [change]), default)).ShouldBeOfType<WriteOutcome.Committed>();
        (await space.ReadCommitAsync(1, default)).Signature.ShouldNotBeNull();
    }

    [Fact]
    public Task Without_a_key_a_curator_does_not_start_unless_it_is_told_not_to_sign() =>
        Should.ThrowAsync<OptionsValidationException>(() => StartCuratorAsync(("Audit:Signing", "Required")));

    async Task StartSidecarsAsync() => _sidecars = await SidecarHost.StartAsync(new LocalSidecarOptions
    {
        ComponentsPath = _folder.FullName,
        DataPath = Path.Combine(_folder.FullName, "data"),
        Apps = [new SidecarApp(Shard), new SidecarApp(CuratorApp.AppId)],
        AppApiToken = Token,
        Synchronous = SqliteSynchronous.Normal,
    });

    async Task<WebApplication> StartShardAsync()
    {
        var app = MemoryService.Build([], builder => Configure(
            builder, Shard, ("Memory:HotStore", ""), ("Identity:Mode", "Insecure"), ("Audit:Signing", "Off"), ("Spaces:CheckpointCommits", "100000"), ("Spaces:PublishGrace", "00:00:00.100")));
        await StartAsync(app, Shard);
        return app;
    }

    async Task<WebApplication> StartCuratorAsync(params (string Key, string Value)[] settings)
    {
        (string, string)[] quick =
        [
            ("Identity:Mode", "Insecure"), ("Audit:Signing", "Off"), ("Curator:TenantScanPeriod", "00:00:00.100"), ("Curator:CheckpointPeriod", "00:00:00.300"), ("Curator:EventPeriod", "00:00:00.300"),
            ("Curator:RetentionPeriod", "00:00:00.300"), ("Curator:CheckpointCommits", $"{CheckpointCommits}"), ("Curator:PublishGrace", "00:00:00"),
        ];
        var app = CuratorApp.Build([], builder =>
        {
            Configure(builder, CuratorApp.AppId, quick);
            builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
            if (builder.Configuration[StartsTenants] == "false")
                builder.Services.AddDeafActors();
        });
        await StartAsync(app, CuratorApp.AppId);
        return app;
    }

    void Configure(WebApplicationBuilder builder, string appId, params (string Key, string Value)[] settings)
    {
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(
        [
            new("Logging:LogLevel:Default", "None"),
            new(MemoryService.DaprHttpEndpointKey, _sidecars!.AddressOf(appId).ToString()),
            new(AppToken.ConfigurationKey, Token),
            .. settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)),
        ]);
    }

    async Task StartAsync(WebApplication app, string appId)
    {
        _apps.Add(app);
        await app.StartAsync();
        _sidecars!.SetAppAddress(appId, new Uri(app.Urls.Single()));
    }

    static async Task WriteAsync(WebApplication shard, string tenant, int commits, int from = 1)
    {
        using var client = new HttpClient { BaseAddress = new Uri(shard.Urls.Single()) };
        for (var i = from; i < from + commits; i++)
        {
            using var body = new StringContent($"{i}", Encoding.UTF8, "application/json");
            using var answer = await client.PutAsync($"/v1/{tenant}/notes/state/k{i}", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>Whether the newest checkpoint is so near the end of the log that another is not due.</summary>
    async Task<bool> HasCheckpointAsync(string tenant, long commits)
    {
        var pointer = await StoredAsync($"{tenant}:notes:p");
        return pointer.Length > 0 && JsonDocument.Parse(pointer).RootElement.GetProperty("checkpoints")[0].GetProperty("n").GetInt64() > commits - CheckpointCommits;
    }

    /// <summary>The text of a key of the strong store; empty if there is none.</summary>
    async Task<string> StoredAsync(string key)
    {
        using var client = new HttpClient { BaseAddress = _sidecars!.AddressOf(CuratorApp.AppId) };
        var json = await client.GetStringAsync($"/v1.0/state/strong/{Uri.EscapeDataString(key)}");
        return json.Length == 0 ? "" : JsonSerializer.Deserialize<string>(json)!;
    }

    static async Task UntilAsync(Func<Task<bool>> isThere)
    {
        for (var until = DateTimeOffset.UtcNow.AddSeconds(60); !await isThere(); await Task.Delay(20))
            DateTimeOffset.UtcNow.ShouldBeLessThan(until);
    }
}
