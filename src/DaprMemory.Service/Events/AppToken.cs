using System.Security.Cryptography;
using System.Text;

namespace DaprMemory.Service.Events;

/// <summary>The token by which the sidecar shows an application that it is the caller (Dapr's <c>APP_API_TOKEN</c>).</summary>
/// <param name="token">The token; null or empty: none is asked for.</param>
internal sealed class AppToken(string? token)
{
    /// <summary>Where Dapr's convention has the token, in the environment and so in the configuration.</summary>
    public const string ConfigurationKey = "APP_API_TOKEN";

    const string Header = "dapr-api-token";

    readonly byte[]? _token = string.IsNullOrEmpty(token) ? null : Encoding.UTF8.GetBytes(token);

    /// <summary>Whether a request has it. How long that takes says nothing about the token but its length.</summary>
    public bool Admits(HttpRequest request) =>
        _token is null || CryptographicOperations.FixedTimeEquals(_token, Encoding.UTF8.GetBytes(request.Headers[Header].ToString()));
}
