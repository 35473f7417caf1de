using System.Net;
using System.Text;
using DaprMemory.Cli.Commands;
using DaprMemory.Client;
using DaprMemory.EndToEnd.Tests.Support;
using DaprMemory.Hosting.Tests.Tls;

namespace DaprMemory.EndToEnd.Tests;

/// <summary>Router and shard know each other by certificates of an authority that a test makes.</summary>
public sealed class TlsTests : IDisposable
{
    const string Plan = "/v1/acme/notes/state/plan";

    readonly TestAuthority _authority = new();
    readonly TestAuthority _stranger = new();

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Agent_is_served_over_certificates_all_the_way(string version)
    {
        using var router = Files("memory-router");
        using var shard = Files("memory-0");
        await using var fleet = await SecureFleet.StartAsync(router, shard);
        using var client = fleet.NewClient(fleet.TokenOf("acme"), version);

        (await PutAsync(client)).StatusCode.ShouldBe(HttpStatusCode.Created);

        (await client.GetStringAsync(Plan)).ShouldBe("""{"step":1}""");
    }

    [Theory]
    [InlineData("no certificate", "it shows no certificate")]
    [InlineData("wrong authority", "NotSignatureValid")]
    [InlineData("expired", "NotTimeValid")]
    [InlineData("wrong name", "none of the names")]
    public async Task Router_that_is_not_ours_is_refused(string what, string reason)
    {
        using var router = what switch
        {
            "no certificate" => new MountedSecret(null, _authority.Pem),
            "wrong authority" => new MountedSecret(_stranger.Sign("memory-router"), _authority.Pem),
            "expired" => new MountedSecret(_authority.Sign("memory-router", isExpired: true), _authority.Pem),
            _ => Files("somebody"),
        };
        using var shard = Files("memory-0");
        await using var fleet = await SecureFleet.StartAsync(router, shard);

        await ShouldBeUnavailableAsync(fleet, "ClientRefused", reason);
    }

    [Theory]
    [InlineData("wrong authority", "NotSignatureValid")]
    [InlineData("expired", "NotTimeValid")]
    [InlineData("wrong name", "RemoteCertificateNameMismatch")]
    [InlineData("wrong usage", "NotValidForUsage")]
    public async Task Shard_that_is_not_ours_is_refused(string what, string reason)
    {
        using var router = Files("memory-router");
        using var shard = new MountedSecret(
            what switch
            {
                "wrong authority" => _stranger.Sign("memory-0"),
                "expired" => _authority.Sign("memory-0", isExpired: true),
                "wrong name" => _authority.Sign("memory-0", isLocal: false),
                _ => _authority.Sign("memory-0", usage: TestAuthority.Client),
            },
            _authority.Pem);
        await using var fleet = await SecureFleet.StartAsync(router, shard);

        await ShouldBeUnavailableAsync(fleet, "ServerRefused", reason);
    }

    [Fact]
    public async Task Certificates_that_expired_are_mended_without_a_restart()
    {
        using var router = new MountedSecret(_authority.Sign("memory-router", isExpired: true), _authority.Pem);
        using var shard = new MountedSecret(_authority.Sign("memory-0", isExpired: true), _authority.Pem);
        await using var fleet = await SecureFleet.StartAsync(router, shard);
        await ShouldBeUnavailableAsync(fleet, "ServerRefused", "NotTimeValid");

        router.Set(_authority.Sign("memory-router"), _authority.Pem);
        shard.Set(_authority.Sign("memory-0"), _authority.Pem);

        using var client = fleet.NewClient(fleet.TokenOf("acme"));
        await TlsHost.UntilAsync(async () => (await PutAsync(client)).IsSuccessStatusCode);
        // Probes come over the same connections.
        using var pages = new HttpClient { BaseAddress = fleet.RouterPages };
        await TlsHost.UntilAsync(async () => (await pages.GetStringAsync("/cluster")).Contains("\"active\":\"healthy\""));
    }

    [Fact]
    public async Task Client_and_command_line_believe_the_authority_that_they_are_given()
    {
        using var router = Files("memory-router");
        using var shard = Files("memory-0");
        await using var fleet = await SecureFleet.StartAsync(router, shard);
        var options = new MemoryClientOptions { Tenant = "acme", TokenProvider = _ => ValueTask.FromResult(fleet.TokenOf("acme")), MaxAttempts = 1 };

        using (var client = new MemoryClient(fleet.Router, options with { Authorities = [_authority.Certificate] }))
            (await client.Space("notes").PutAsync("plan", "1"u8.ToArray())).ShouldBeOfType<WriteResult.Written>();
        using (var client = new MemoryClient(fleet.Router, options with { Authorities = [_stranger.Certificate] }))
            (await Should.ThrowAsync<MemoryException>(() => client.Space("notes").GetAsync("plan"))).Message.ShouldContain("certificate");
        using var data = new DataFolder();
        var file = Path.Combine(data.Path, "ca.crt");
        await File.WriteAllTextAsync(file, _authority.Pem);
        using var output = new StringWriter();
        string[] command = ["get", "notes", "plan", "--url", fleet.Router.ToString(), "--tenant", "acme", "--token", fleet.TokenOf("acme")];
        (await MemoryCommand.InvokeAsync([.. command, "--ca", file], output, TextWriter.Null)).ShouldBe(ExitCodes.Ok);
        output.ToString().ShouldContain("1");
        await File.WriteAllTextAsync(file, "none");
        (await MemoryCommand.InvokeAsync([.. command, "--ca", file], output, TextWriter.Null)).ShouldBe(ExitCodes.Failed);
    }

    MountedSecret Files(string name) => new(_authority.Sign(name), _authority.Pem);

    static Task<HttpResponseMessage> PutAsync(HttpClient client) => client.PutAsync(Plan, new StringContent("""{"step":1}""", Encoding.UTF8, "application/json"));

    static async Task ShouldBeUnavailableAsync(SecureFleet fleet, string name, string reason)
    {
        using var client = fleet.NewClient(fleet.TokenOf("acme"));
        foreach (var answer in new[] { await client.GetAsync(Plan), await PutAsync(client) })
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("urn:daprmemory:unavailable");
        }
        await TlsHost.UntilAsync(() => Task.FromResult(fleet.Log.Any(line => line.StartsWith(name))));
        fleet.Log.ShouldContain(line => line.StartsWith(name) && line.Contains(reason), string.Join("\n", fleet.Log.Where(line => line.StartsWith(name))));
        using var pages = new HttpClient { BaseAddress = fleet.RouterPages };
        await TlsHost.UntilAsync(async () => (await pages.GetStringAsync("/cluster")).Contains("\"active\":\"unhealthy\""));
    }
}
