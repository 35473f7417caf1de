using System.ComponentModel.DataAnnotations;

namespace DaprMemory.Hosting.Identity;

/// <summary>Who may call the service, and how callers show who they are. Read once, at start; the keys are read again by themselves.</summary>
public sealed class IdentityOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Identity";

    /// <summary>The default of <see cref="Audience"/>.</summary>
    public const string DefaultAudience = "daprmemory";

    /// <summary>Whether callers must show who they are.</summary>
    /// <value>The default is <see cref="IdentityMode.Required"/>.</value>
    public IdentityMode Mode { get; set; }

    /// <summary>The OpenID provider: <c>/.well-known/openid-configuration</c> below it leads to the issuer's name and its keys.</summary>
    /// <value>An <c>https</c> URL; <c>http</c> for loopback only. Required, unless there is a <see cref="JwksFile"/> or <see cref="Apps"/>.</value>
    public string? Authority { get; set; }

    /// <summary>A file with the issuer's public keys (RFC 7517), read again when its content changes.</summary>
    /// <value>A path. The default is none.</value>
    public string? JwksFile { get; set; }

    /// <summary>The <c>iss</c> of tokens.</summary>
    /// <value>Required with <see cref="JwksFile"/>. The default with <see cref="Authority"/> is what the provider says.</value>
    public string? Issuer { get; set; }

    /// <summary>What must be among the <c>aud</c> of tokens.</summary>
    /// <value>The default is <c>daprmemory</c>.</value>
    [Required]
    public string Audience { get; set; } = DefaultAudience;

    /// <summary>How far the issuer's clock and ours may be apart.</summary>
    /// <value>A duration. The default is 30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often the keys of <see cref="Authority"/> are read again; so long may a key that was withdrawn still be good for. A token with a key that is
    /// not known has them read at once, but no more often than every <see cref="MinKeyRefreshInterval"/>.
    /// </summary>
    /// <value>A duration. The default is 5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan KeyRefreshInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How much time lies at least between two readings of keys.</summary>
    /// <value>A duration. The default is 10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan MinKeyRefreshInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many verified tokens are remembered, so that only their first request pays for the signature.</summary>
    /// <value>A number. The default is 10,000.</value>
    [Range(2, 10_000_000)]
    public int MaxRememberedTokens { get; set; } = 10_000;

    /// <summary>The Dapr apps that may call without a token, by app id. Needs <c>APP_API_TOKEN</c>, by which the sidecar shows that it is the caller.</summary>
    /// <value>The default is none.</value>
    public IDictionary<string, AppIdentityOptions> Apps { get; } = new Dictionary<string, AppIdentityOptions>(StringComparer.Ordinal);

    /// <summary>Who may see <c>/metrics</c> and <c>/cluster</c>.</summary>
    /// <value>The default is <see cref="OperatorPages.Loopback"/>.</value>
    public OperatorPages OperatorPages { get; set; }

    internal bool HasKeys => !string.IsNullOrEmpty(Authority) || !string.IsNullOrEmpty(JwksFile);
}
