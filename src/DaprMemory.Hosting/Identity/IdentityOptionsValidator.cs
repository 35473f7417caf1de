using DaprMemory.Core.Spaces;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Identity;

/// <summary>Checks what the options' annotations can't say: that there is a way to know callers, and that it is complete.</summary>
internal sealed class IdentityOptionsValidator(IConfiguration configuration) : IValidateOptions<IdentityOptions>
{
    const string NoKeys =
        "Identity: no caller could show who it is. Set Identity:Authority (an OpenID provider's URL), or Identity:JwksFile and Identity:Issuer, "
        + "or Identity:Apps; to let everyone in, set Identity:Mode=Insecure.";

    public ValidateOptionsResult Validate(string? name, IdentityOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        if (options.Mode == IdentityMode.Insecure)
            return errors.Build();
        if (!options.HasKeys && options.Apps.Count == 0)
            errors.AddError(NoKeys);
        if (!string.IsNullOrEmpty(options.Authority) && !string.IsNullOrEmpty(options.JwksFile))
            errors.AddError("Identity: Authority and JwksFile exclude each other");
        if (!string.IsNullOrEmpty(options.Authority) && !IsProvider(options.Authority))
            errors.AddError($"Identity:Authority '{options.Authority}' is not an https URL (http is for loopback only)");
        if (!string.IsNullOrEmpty(options.JwksFile) && string.IsNullOrEmpty(options.Issuer))
            errors.AddError("Identity:JwksFile needs Identity:Issuer, the iss of tokens");
        if (options.MinKeyRefreshInterval > options.KeyRefreshInterval)
            errors.AddError("Identity:MinKeyRefreshInterval is more than Identity:KeyRefreshInterval");
        if (options.Apps.Count > 0 && string.IsNullOrEmpty(configuration[AppToken.ConfigurationKey]))
            errors.AddError($"Identity:Apps needs {AppToken.ConfigurationKey}, without which anyone could name any app");
        foreach (var (app, identity) in options.Apps)
        {
            foreach (var error in CheckApp(app, identity))
                errors.AddError($"Identity:Apps:{app}: {error}");
        }
        return errors.Build();
    }

    static IEnumerable<string> CheckApp(string app, AppIdentityOptions identity)
    {
        if (string.IsNullOrEmpty(identity.Namespace))
            yield return "Namespace is empty";
        if (identity.IsRouter)
        {
            if (identity.Tenant is not null || identity.Scopes.Count > 0)
                yield return "a router has no Tenant and no Scopes of its own";
            yield break;
        }
        if (Names.CheckTenant(identity.Tenant) is { } tenantRule)
            yield return $"Tenant '{identity.Tenant}': {tenantRule}";
        if (Names.CheckAgent(identity.Agent ?? app) is { } agentRule)
            yield return $"Agent: {agentRule}";
        if (identity.Scopes.Count == 0)
            yield return "Scopes is empty: without a scope nothing is allowed";
        foreach (var scope in identity.Scopes.Where(scope => ScopeNames.Parse(scope) == MemoryScopes.None))
            yield return $"Scopes: '{scope}' is not one of {string.Join(", ", ScopeNames.All)}";
    }

    static bool IsProvider(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Query.Length == 0 && url.Fragment.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));
}
