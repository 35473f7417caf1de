using DaprMemory.Hosting.Identity;
using DaprMemory.Service.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Tests.Identity;

/// <summary>The verifier and its keys by a clock that a test moves.</summary>
internal sealed class VerifierHost : IAsyncDisposable
{
    VerifierHost(IdentityOptions options)
    {
        Keys = new SigningKeys(Options.Create(options), Time, NullLogger<SigningKeys>.Instance);
        Verifier = new TokenVerifier(Keys, Options.Create(options), Time);
    }

    public ManualTime Time { get; } = new();

    public SigningKeys Keys { get; }

    public TokenVerifier Verifier { get; }

    public static Task<VerifierHost> StartAsync(TestIssuer issuer, int maxRememberedTokens = 10_000) => StartAsync(new IdentityOptions
    {
        Mode = IdentityMode.Required,
        JwksFile = issuer.JwksFile,
        Issuer = TestIssuer.Name,
        MaxRememberedTokens = maxRememberedTokens,
    });

    public static async Task<VerifierHost> StartAsync(IdentityOptions options)
    {
        var host = new VerifierHost(options);
        await host.Keys.StartAsync(CancellationToken.None);
        return host;
    }

    public async Task<TokenOutcome> VerifyAsync(string token) => await Verifier.VerifyAsync(token.AsMemory(), CancellationToken.None);

    /// <summary>Lets time pass, step by step, until something holds: what a passed timer begins ends on its own time.</summary>
    public async Task UntilAsync(Func<bool> holds, TimeSpan step)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds())
        {
            Time.Advance(step);
            await Task.Delay(1, deadline.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Keys.StopAsync(CancellationToken.None);
        Keys.Dispose();
    }
}
