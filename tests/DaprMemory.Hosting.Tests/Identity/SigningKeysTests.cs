using DaprMemory.Hosting.Identity;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Tests.Identity;

public sealed class SigningKeysTests : IDisposable
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly TestIssuer _issuer = new("old");

    public void Dispose() => _issuer.Dispose();

    [Fact]
    public async Task Key_withdrawn_from_the_file_is_good_for_no_token_any_more_not_even_a_remembered_one()
    {
        _issuer.Add("new");
        await using var host = await VerifierHost.StartAsync(_issuer);
        var (old, young) = (Sign(host, "old"), Sign(host, "new"));
        (await host.VerifyAsync(old)).ShouldBeOfType<TokenOutcome.Verified>();
        (await host.VerifyAsync(young)).ShouldBeOfType<TokenOutcome.Verified>();

        _issuer.Remove("old");
        await host.UntilAsync(() => host.Keys.Current!.Find("old") is null, Second);

        (await host.VerifyAsync(old)).ShouldBeOfType<TokenOutcome.Refused>();
        (await host.VerifyAsync(young)).ShouldBeOfType<TokenOutcome.Verified>();
    }

    [Fact]
    public async Task Key_under_the_same_id_as_before_is_another_key()
    {
        await using var host = await VerifierHost.StartAsync(_issuer);
        var before = Sign(host, "old");
        (await host.VerifyAsync(before)).ShouldBeOfType<TokenOutcome.Verified>();
        var keys = host.Keys.Current;

        _issuer.Remove("old");
        _issuer.Add("old");
        await host.UntilAsync(() => host.Keys.Current != keys, Second);

        (await host.VerifyAsync(before)).ShouldBeOfType<TokenOutcome.Refused>();
        (await host.VerifyAsync(Sign(host, "old"))).ShouldBeOfType<TokenOutcome.Verified>();
    }

    [Fact]
    public async Task Key_added_to_the_file_is_found_as_soon_as_a_token_has_it()
    {
        await using var host = await VerifierHost.StartAsync(_issuer);
        _issuer.Add("new");
        (await host.VerifyAsync(Sign(host, "new"))).ShouldBeOfType<TokenOutcome.Verified>();
    }

    [Fact]
    public async Task File_that_says_the_same_again_makes_nothing_be_forgotten()
    {
        await using var host = await VerifierHost.StartAsync(_issuer);
        await host.VerifyAsync(Sign(host, "old"));
        _issuer.Write(" " + _issuer.Jwks);
        (await host.Keys.RefreshAsync(CancellationToken.None))!.Verified.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"keys":null}""")]
    [InlineData("""{"keys":5}""")]
    [InlineData("""{"keys":[5]}""")]
    [InlineData("""{"keys":[{"kty":{}}]}""")]
    public async Task File_that_makes_no_sense_is_no_change_and_no_start(string text)
    {
        await using (var host = await VerifierHost.StartAsync(_issuer))
        {
            var token = Sign(host, "old");
            _issuer.Write(text);
            await host.Keys.RefreshAsync(CancellationToken.None);
            (await host.VerifyAsync(token)).ShouldBeOfType<TokenOutcome.Verified>();
        }
        var refused = await Should.ThrowAsync<OptionsValidationException>(VerifierHost.StartAsync(_issuer));
        refused.Failures.Single().ShouldStartWith($"Identity: {_issuer.JwksFile}: ");
    }

    [Theory]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"oct","kid":"a","k":"c2VjcmV0"}]}""")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"AA","y":"AA"}]}""")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-256","kid":"a"}]}""")]
    [InlineData("""{"keys":[{"kty":"RSA","kid":"a","n":"wVVV","e":"AQAB"}]}""")]
    public async Task File_without_a_usable_key_withdraws_all_and_is_no_start(string text)
    {
        await using (var host = await VerifierHost.StartAsync(_issuer))
        {
            var token = Sign(host, "old");
            (await host.VerifyAsync(token)).ShouldBeOfType<TokenOutcome.Verified>();
            _issuer.Write(text);
            await host.Keys.RefreshAsync(CancellationToken.None);
            (await host.VerifyAsync(token)).ShouldBeOfType<TokenOutcome.Refused>();
        }
        var refused = await Should.ThrowAsync<OptionsValidationException>(VerifierHost.StartAsync(_issuer));
        refused.Failures.Single().ShouldContain("no usable key");
    }

    [Fact]
    public async Task Key_for_encryption_or_of_another_algorithm_is_not_used()
    {
        _issuer.Write(_issuer.Jwks.Replace("\"kty\"", "\"use\":\"enc\",\"kty\""));
        await Should.ThrowAsync<OptionsValidationException>(VerifierHost.StartAsync(_issuer));
        _issuer.Add("rsa");
        _issuer.Write(_issuer.Jwks.Replace("\"kty\":\"RSA\"", "\"alg\":\"PS256\",\"kty\":\"RSA\""));
        await using var host = await VerifierHost.StartAsync(_issuer);
        (await host.VerifyAsync(Sign(host, "rsa"))).ShouldBeOfType<TokenOutcome.Refused>();
        (await host.VerifyAsync(Sign(host, "old"))).ShouldBeOfType<TokenOutcome.Verified>();
    }

    [Fact]
    public async Task Provider_tells_issuer_and_keys_and_is_asked_again_in_time()
    {
        await using var provider = await TestProvider.StartAsync(_issuer);
        await using var host = await VerifierHost.StartAsync(Options(provider));
        var token = Sign(host, "old");
        (await host.VerifyAsync(token)).ShouldBeOfType<TokenOutcome.Verified>();

        _issuer.Add("new");
        _issuer.Remove("old");
        (await host.VerifyAsync(token)).ShouldBeOfType<TokenOutcome.Verified>();
        await host.UntilAsync(() => host.Keys.Current!.Find("old") is null, TimeSpan.FromMinutes(1));

        (await host.VerifyAsync(token)).ShouldBeOfType<TokenOutcome.Refused>();
    }

    [Fact]
    public async Task Tokens_with_keys_that_nobody_knows_have_the_provider_asked_once_in_a_while_only()
    {
        await using var provider = await TestProvider.StartAsync(_issuer);
        await using var host = await VerifierHost.StartAsync(Options(provider));
        using var stranger = new TestIssuer("unheard of");
        var token = Sign(host, "unheard of", stranger);
        provider.Reads.ShouldBe(1);

        foreach (var outcome in await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => host.VerifyAsync(token))))
            outcome.ShouldBeOfType<TokenOutcome.Refused>();
        for (var i = 0; i < 20; i++)
            (await host.VerifyAsync(token)).ShouldBeOfType<TokenOutcome.Refused>();
        provider.Reads.ShouldBe(2);

        host.Time.Advance(TimeSpan.FromSeconds(11));
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => host.VerifyAsync(token)));
        provider.Reads.ShouldBe(3);
    }

    [Fact]
    public async Task While_the_provider_never_answered_nothing_can_be_said_and_afterwards_everything()
    {
        await using var provider = await TestProvider.StartAsync(_issuer);
        provider.IsDown = true;
        await using var host = await VerifierHost.StartAsync(Options(provider));
        (await host.VerifyAsync(Sign(host, "old"))).ShouldBeOfType<TokenOutcome.Unknown>();

        provider.IsDown = false;
        host.Time.Advance(TimeSpan.FromSeconds(11));
        (await host.VerifyAsync(Sign(host, "old"))).ShouldBeOfType<TokenOutcome.Verified>();

        provider.Nonsense = "nonsense";
        host.Time.Advance(TimeSpan.FromSeconds(11));
        await host.Keys.RefreshAsync(CancellationToken.None);
        (await host.VerifyAsync(Sign(host, "old"))).ShouldBeOfType<TokenOutcome.Verified>();
    }

    static IdentityOptions Options(TestProvider provider) => new() { Mode = IdentityMode.Required, Authority = provider.Authority };

    string Sign(VerifierHost host, string key, TestIssuer? issuer = null) =>
        (issuer ?? _issuer).Sign(TestIssuer.Claims(now: host.Time.GetUtcNow()), key);
}
