using DaprMemory.Hosting.Identity;

namespace DaprMemory.Hosting.Tests.Identity;

public sealed class TokenVerifierTests : IDisposable
{
    readonly TestIssuer _issuer = new();

    public void Dispose() => _issuer.Dispose();

    [Theory]
    [InlineData("exp", -31, 0, false)]
    [InlineData("exp", -29, 0, true)]
    [InlineData("exp", 60, 91, false)]
    [InlineData("exp", 60, 89, true)]
    [InlineData("nbf", 31, 0, false)]
    [InlineData("nbf", 29, 0, true)]
    public async Task Time_of_a_token_counts_to_the_second_with_a_skew_of_30(string claim, int seconds, int waited, bool isGood)
    {
        await using var host = await VerifierHost.StartAsync(_issuer);
        var claims = TestIssuer.Claims(now: host.Time.GetUtcNow());
        claims[claim] = host.Time.GetUtcNow().ToUnixTimeSeconds() + seconds;
        var token = _issuer.Sign(claims);
        if (waited > 0)
        {
            // It is remembered now, which must not make it live longer.
            (await host.VerifyAsync(token)).ShouldBeOfType<TokenOutcome.Verified>();
            host.Time.Advance(TimeSpan.FromSeconds(waited));
        }
        (await host.VerifyAsync(token) is TokenOutcome.Verified).ShouldBe(isGood);
    }

    [Theory]
    [InlineData("1e300")]
    [InlineData("-1")]
    [InlineData("99999999999999999999999999")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[]")]
    public async Task Time_that_is_none_is_refused(string value)
    {
        await using var host = await VerifierHost.StartAsync(_issuer);
        foreach (var claim in new[] { "exp", "nbf" })
        {
            var claims = TestIssuer.Claims(now: host.Time.GetUtcNow());
            claims.Remove(claim);
            (await host.VerifyAsync(_issuer.SignText($$"""{"{{claim}}":{{value}},""" + claims.ToJsonString()[1..]))).ShouldBeOfType<TokenOutcome.Refused>();
        }
    }

    [Fact]
    public async Task Only_good_tokens_are_remembered()
    {
        await using var host = await VerifierHost.StartAsync(_issuer);
        var good = Good(host);
        for (var i = 0; i < 200; i++)
            await host.VerifyAsync(good[..^8] + $"{i:x8}");
        host.Keys.Current!.Verified.Count.ShouldBe(0);
        await host.VerifyAsync(good);
        host.Keys.Current.Verified.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Remembered_tokens_are_as_many_as_allowed_and_those_in_use_stay()
    {
        await using var host = await VerifierHost.StartAsync(_issuer, maxRememberedTokens: 20);
        var used = Good(host);
        var first = await host.VerifyAsync(used);
        for (var i = 0; i < 200; i++)
        {
            await host.VerifyAsync(Good(host));
            host.Keys.Current!.Verified.Count.ShouldBeLessThanOrEqualTo(20);
            (await host.VerifyAsync(used)).ShouldBeSameAs(first);
        }
    }

    [Fact]
    public async Task Tokens_verified_by_many_at_once_are_each_what_they_say()
    {
        await using var host = await VerifierHost.StartAsync(_issuer, maxRememberedTokens: 8);
        var tokens = Enumerable.Range(0, 16).Select(i => _issuer.Sign(TestIssuer.Claims($"t{i}", now: host.Time.GetUtcNow()))).ToArray();
        await Parallel.ForAsync(0, 4000, async (i, _) =>
            (await host.VerifyAsync(tokens[i % 16])).ShouldBeOfType<TokenOutcome.Verified>().Caller.Tenant.ShouldBe($"t{i % 16}"));
        host.Keys.Current!.Verified.Count.ShouldBeLessThanOrEqualTo(16);
    }

    [Fact]
    public async Task Remembered_token_costs_no_memory()
    {
        await using var host = await VerifierHost.StartAsync(_issuer);
        var token = Good(host).AsMemory();
        await VerifyAsync(100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        await VerifyAsync(1000);
        // The thread is still the same: nothing had to be waited for.
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1000);

        async Task VerifyAsync(int times)
        {
            for (var i = 0; i < times; i++)
                await host.Verifier.VerifyAsync(token, CancellationToken.None);
        }
    }

    string Good(VerifierHost host) => _issuer.Sign(TestIssuer.Claims(now: host.Time.GetUtcNow()));
}
