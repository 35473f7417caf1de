using DaprMemory.Hosting.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Tests.Identity;

public sealed class IdentityOptionsTests
{
    [Fact]
    public async Task Service_without_any_way_to_know_callers_does_not_start_and_says_what_to_set()
    {
        var refused = await StartAsync(("Mode", "Required"));
        refused.ShouldContain("Identity:Authority");
        refused.ShouldContain("Identity:JwksFile");
        refused.ShouldContain("Identity:Mode=Insecure");
    }

    [Fact]
    public async Task All_mistakes_are_told_at_once()
    {
        var refused = await StartAsync(
            ("Mode", "Required"), ("Authority", "http://issuer.test"), ("JwksFile", "jwks.json"), ("Audience", ""),
            ("Apps:a:Tenant", "A"), ("Apps:a:Agent", "Zoë"), ("Apps:b:Tenant", "t"), ("Apps:b:Scopes:0", "read"), ("Apps:r:IsRouter", "true"), ("Apps:r:Tenant", "t"));
        foreach (var mistake in new[]
        {
            "exclude each other", "not an https URL", "needs Identity:Issuer", "Audience", "needs APP_API_TOKEN",
            "Apps:a: Tenant 'A'", "Apps:a: Agent", "Apps:a: Scopes is empty", "Apps:b: Scopes: 'read'", "Apps:r: a router has no Tenant",
        })
            refused.ShouldContain(mistake);
    }

    [Theory]
    [InlineData("https://issuer.test", true)]
    [InlineData("http://localhost:9000/realm", true)]
    [InlineData("http://10.0.0.1", false)]
    [InlineData("issuer.test", false)]
    [InlineData("https://issuer.test/?x=1", false)]
    public void Provider_is_reached_by_https_but_on_loopback(string authority, bool isGood)
    {
        var options = new IdentityOptions { Mode = IdentityMode.Required, Authority = authority };
        new IdentityOptionsValidator(new ConfigurationBuilder().Build()).Validate(null, options).Succeeded.ShouldBe(isGood);
    }

    static async Task<string> StartAsync(params (string Key, string Value)[] settings)
    {
        var refused = await Should.ThrowAsync<OptionsValidationException>(TestService.StartAsync(null, builder =>
            builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Identity:{setting.Key}", (string?)setting.Value)))));
        return string.Join('\n', refused.Failures);
    }
}
