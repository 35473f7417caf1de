using System.Text.Json.Nodes;
using DaprMemory.Cli.Identity;
using DaprMemory.Cli.Up;
using DaprMemory.Hosting.Tests.Identity;
using DaprMemory.LocalSidecar;

namespace DaprMemory.EndToEnd.Tests.Support;

/// <summary>The whole system in this process, closed to strangers, in which one tenant has something that others want.</summary>
public sealed class AttackedCluster : IAsyncLifetime
{
    internal const string Victim = "alpha", Attacker = "beta", Space = "vault";

    readonly DataFolder _data = new();
    readonly TestIssuer _issuer = new("ec", "rsa");
    LocalCluster _cluster = null!;

    internal TestIssuer Issuer => _issuer;

    /// <summary>The router and a shard: each must hold on its own.</summary>
    internal IReadOnlyList<Uri> Doors => [_cluster.RouterAddress, _cluster.ShardAddresses[0]];

    internal Uri Shard => _cluster.ShardAddresses[0];

    internal IReadOnlyList<Operation> Operations { get; private set; } = [];

    public async Task InitializeAsync()
    {
        // The cluster trusts a key that the test has, and can misuse.
        File.WriteAllText(DevelopmentIssuer.OpenOrCreate(_data.Path).JwksFile, _issuer.Jwks);
        _cluster = await LocalCluster.StartAsync(new LocalClusterOptions
        {
            DataPath = _data.Path,
            Shards = 2,
            Synchronous = SqliteSynchronous.Normal,
            ServiceSettings = new Dictionary<string, string?> { [$"Memory:Policies:{Victim}:AuditReads"] = "1" },
        });
        Operations = await Operation.ListAsync(Shard);
        await PlantAsync();
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _issuer.Dispose();
        _data.Dispose();
    }

    /// <summary>The claims of a token that is good here.</summary>
    internal static JsonObject Claims(string tenant, string agent = Secrets.Agent, string scope = "memory:admin")
    {
        var claims = TestIssuer.Claims(tenant, agent, scope);
        claims["iss"] = DevelopmentIssuer.Name;
        return claims;
    }

    internal (string, string) Bearer(string tenant, string agent = Secrets.Agent, string scope = "memory:admin") =>
        ("Authorization", "Bearer " + _issuer.Sign(Claims(tenant, agent, scope)));

    async Task PlantAsync()
    {
        var owner = Bearer(Victim);
        var planted = await RawHttp.SendAsync(Doors[0], "PUT", $"/v1/{Victim}/{Space}/state/{Secrets.Key}", [owner], $"\"{Secrets.Value}\"");
        planted.Status.ShouldBe(201, planted.Text);
        var session = $"/v1/{Victim}/{Space}/sessions/{Secrets.Key}";
        foreach (var (path, body) in new[] { ("turns", $$"""{"role":"user","text":"{{Secrets.Value}}"}"""), ("remember", "{}") })
            (await RawHttp.SendAsync(Doors[0], "POST", $"{session}/{path}", [owner], body)).Status.ShouldBeInRange(200, 201);
        // As much as the others make of it; what they refuse is not there to be found.
        foreach (var operation in Operations.Where(operation => operation is { IsWrite: true, HasBody: true }))
            (await RawHttp.SendAsync(Doors[0], operation.Method, operation.Target(Victim, Space), [owner], Secrets.Body)).Status.ShouldBeLessThan(500);
    }
}
