using DaprMemory.Hosting.Identity;

namespace DaprMemory.Hosting.Requests;

/// <summary>Who makes a request.</summary>
/// <param name="Agent">The agent, as it stands in commits.</param>
public sealed record Caller(string Agent)
{
    /// <summary>Who did not say.</summary>
    public static Caller Anonymous { get; } = new("anonymous");

    /// <summary>The one tenant whose spaces it may use; null where nobody has to show who it is.</summary>
    public string? Tenant { get; init; }

    /// <summary>What it may do there.</summary>
    public MemoryScopes Scopes { get; init; }

    /// <summary>
    /// How it showed who it is, as it stands in commits: <c>jwt:</c> and its token's id (<c>jti</c>), <c>jwt-exp:</c> and the token's expiry, in seconds from 1970 on,
    /// if it has no id, or <c>app:</c> and its app id. Null where nobody has to show who it is.
    /// </summary>
    public string? Via { get; init; }

    /// <summary>Until when its token names it, the clock skew included; null when no token does.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>The Dapr app that it is, if it is known by that instead of a token.</summary>
    public string? AppId { get; init; }
}
