using System.Net;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Tests.Tls;

public sealed class TlsTests : IDisposable
{
    const string State = "/v1/acme/notes/state";

    static readonly KeyValuePair<string, string?>[] Demanding = [new("Tls:RequireClientCertificate", "true"), new("Tls:ClientNames:0", "memory-router")];

    readonly TestAuthority _authority = new();
    readonly TestAuthority _stranger = new();
    readonly MountedSecret _secret;

    public TlsTests() => _secret = new MountedSecret(_authority.Sign("first"), _authority.Pem);

    public void Dispose()
    {
        _secret.Dispose();
        _authority.Dispose();
        _stranger.Dispose();
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Client_is_answered_only_if_its_certificate_is_good_here(string version)
    {
        await using var host = await TlsHost.StartAsync([.. _secret.Settings, .. Demanding]);
        var wrong = new Dictionary<string, (string, string)?>
        {
            ["it shows no certificate"] = null,
            ["NotSignatureValid"] = _stranger.Sign("memory-router"),
            ["NotTimeValid"] = _authority.Sign("memory-router", isExpired: true),
            ["NotValidForUsage"] = _authority.Sign("memory-router", usage: TestAuthority.Server),
            ["none of the names"] = _authority.Sign("memory-0"),
        };
        foreach (var (reason, pair) in wrong)
        {
            using var client = host.NewClient(_authority, pair, new Version(version));
            await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync(State), reason);
        }
        // One a second is told of, so of five just one or two.
        await TlsHost.UntilAsync(() => Task.FromResult(host.Log.Any(line => line.StartsWith("ClientRefused") && line.Contains("it shows no certificate"))));

        using var router = host.NewClient(_authority, _authority.Sign("memory-router", usage: TestAuthority.Client), new Version(version));
        (await router.GetAsync(State)).StatusCode.ShouldBe(HttpStatusCode.OK);
        host.Shown.ShouldBe("CN=first");
    }

    [Theory]
    [InlineData("NotSignatureValid")]
    [InlineData("NotTimeValid")]
    [InlineData("NotValidForUsage")]
    [InlineData("none of the names")]
    public async Task Refusal_of_a_client_says_why(string reason)
    {
        await using var host = await TlsHost.StartAsync([.. _secret.Settings, .. Demanding]);
        using var client = host.NewClient(_authority, reason switch
        {
            "NotSignatureValid" => _stranger.Sign("memory-router"),
            "NotTimeValid" => _authority.Sign("memory-router", isExpired: true),
            "NotValidForUsage" => _authority.Sign("memory-router", usage: TestAuthority.Server),
            _ => _authority.Sign("memory-0"),
        });

        await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync(State));

        await TlsHost.UntilAsync(() => Task.FromResult(host.Log.Any(line => line.StartsWith("ClientRefused") && line.Contains(reason))));
    }

    [Fact]
    public async Task Plain_port_is_for_probes_and_not_for_calls_about_tenants()
    {
        await using var host = await TlsHost.StartAsync([.. _secret.Settings, .. Demanding]);
        using var plain = new HttpClient { BaseAddress = host.Plain };

        (await plain.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await plain.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var refused = await plain.GetAsync(State);

        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await refused.ReadProblemAsync()).ShouldContain("urn:daprmemory:tls-required");
    }

    [Fact]
    public async Task Service_without_client_certificates_takes_plain_calls_from_its_own_machine_only()
    {
        await using var host = await TlsHost.StartAsync(_secret.Settings);
        using var plain = new HttpClient { BaseAddress = host.Plain };
        using var secure = host.NewClient(_authority);

        (await plain.GetAsync(State)).StatusCode.ShouldBe(HttpStatusCode.OK);
        plain.DefaultRequestHeaders.Add(TlsHost.From, "192.0.2.1");
        secure.DefaultRequestHeaders.Add(TlsHost.From, "192.0.2.1");

        (await plain.GetAsync(State)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await secure.GetAsync(State)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task New_certificate_is_for_new_connections_and_old_ones_go_on()
    {
        await using var host = await TlsHost.StartAsync(_secret.Settings);
        using var old = host.NewClient(_authority);
        var connection = await old.GetStringAsync(State);

        _secret.Set(_authority.Sign("second"), _authority.Pem);
        await TlsHost.UntilAsync(async () => await ShowAsync(host) == "CN=second");

        (await old.GetStringAsync(State)).ShouldBe(connection);
        host.Log.ShouldContain(line => line.StartsWith("CertificateReloaded"));
    }

    [Fact]
    public async Task Authority_that_is_withdrawn_is_not_believed_in_new_connections()
    {
        await using var host = await TlsHost.StartAsync([.. _secret.Settings, .. Demanding]);
        using (var router = host.NewClient(_authority, _authority.Sign("memory-router")))
            (await router.GetAsync(State)).StatusCode.ShouldBe(HttpStatusCode.OK);

        _secret.Set(_authority.Sign("first"), _stranger.Pem);

        await TlsHost.UntilAsync(async () =>
        {
            using var router = host.NewClient(_authority, _stranger.Sign("memory-router"));
            try
            {
                return (await router.GetAsync(State)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        using var old = host.NewClient(_authority, _authority.Sign("memory-router"));
        await Should.ThrowAsync<HttpRequestException>(() => old.GetAsync(State));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("another key")]
    [InlineData("no files")]
    [InlineData("no authority")]
    public async Task Files_that_can_not_be_used_leave_the_old_ones_in_force_until_better_ones_come(string what)
    {
        await using var host = await TlsHost.StartAsync(_secret.Settings);

        _secret.Set(
            what switch
            {
                "garbage" => ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "?"),
                "another key" => (_authority.Sign("second").Certificate, _authority.Sign("second").Key),
                "no files" => null,
                _ => _authority.Sign("second"),
            },
            what == "no authority" ? "" : _authority.Pem);

        await TlsHost.UntilAsync(() => Task.FromResult(host.Log.Any(line => line.StartsWith("CertificateRefused"))));
        (await ShowAsync(host)).ShouldBe("CN=first");
        using (var plain = new HttpClient { BaseAddress = host.Plain })
            (await plain.GetStringAsync("/metrics")).ShouldContain("memory_tls_reloads{outcome=\"refused\"}");
        _secret.Set(_authority.Sign("third"), _authority.Pem);
        await TlsHost.UntilAsync(async () => await ShowAsync(host) == "CN=third");
        host.Log.Count(line => line.StartsWith("CertificateRefused")).ShouldBe(1);
        string.Join("\n", host.Log).ShouldNotContain("PRIVATE KEY");
    }

    [Fact]
    public async Task Start_with_files_that_can_not_be_used_is_an_error_that_says_so()
    {
        (await FailAsync(("garbage", "?"), _authority.Pem)).ShouldContain("Tls: the certificate can't be used");
        (await FailAsync((_authority.Sign("first").Certificate, _authority.Sign("first").Key), _authority.Pem)).ShouldContain("Tls: the certificate can't be used");
        (await FailAsync(_authority.Sign("first"), "")).ShouldContain("the authorities' file has no certificate");
        (await FailAsync(_authority.Sign("first"), null, Demanding)).ShouldContain("Tls:AuthorityPath to judge clients by");
        (await FailAsync(_authority.Sign("first"), _authority.Pem, Demanding[0])).ShouldContain("needs Tls:ClientNames");
        (await FailAsync(null, _authority.Pem, new KeyValuePair<string, string?>("Tls:KeyPath", "/nowhere/tls.key"))).ShouldContain("there is no file '/nowhere/tls.key'");
    }

    static async Task<string> FailAsync((string, string)? pair, string? authority, params KeyValuePair<string, string?>[] settings)
    {
        using var secret = new MountedSecret(pair, authority);
        var exception = await Should.ThrowAsync<OptionsValidationException>(async () => await (await TlsHost.StartAsync([.. secret.Settings, .. settings])).DisposeAsync());
        return string.Join("\n", exception.Failures);
    }

    async Task<string?> ShowAsync(TlsHost host)
    {
        using var client = host.NewClient(_authority);
        (await client.GetAsync(State)).EnsureSuccessStatusCode();
        return host.Shown;
    }
}
