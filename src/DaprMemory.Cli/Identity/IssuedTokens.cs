namespace DaprMemory.Cli.Identity;

/// <summary>The tokens of one client: the same one until half of its life is over.</summary>
internal sealed class IssuedTokens(DevelopmentIssuer issuer, string tenant, string agent, IReadOnlyList<string> scopes)
{
    static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    readonly Lock _issuing = new();
    string? _token;
    long _issuedAt;

    /// <summary>Gives the token to use now.</summary>
    public string Get()
    {
        lock (_issuing)
        {
            if (_token is null || TimeProvider.System.GetElapsedTime(_issuedAt) > Life / 2)
                (_token, _issuedAt) = (issuer.Issue(tenant, agent, scopes, Life), TimeProvider.System.GetTimestamp());
            return _token;
        }
    }
}
