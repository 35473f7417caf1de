using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace DaprMemory.Hosting.Identity;

/// <summary>The token by which the sidecar shows an application that it is the caller (Dapr's <c>APP_API_TOKEN</c>).</summary>
/// <param name="token">The token; null or empty: there is none.</param>
public sealed class AppToken(string? token)
{
    /// <summary>Where Dapr's convention has the token, in the environment and so in the configuration.</summary>
    public const string ConfigurationKey = "APP_API_TOKEN";

    const string Header = "dapr-api-token";

    readonly byte[]? _token = string.IsNullOrEmpty(token) ? null : Encoding.UTF8.GetBytes(token);

    /// <summary>
    /// Whether a request is the sidecar's own, such as the delivery of an event: it has the token or, when there is none to ask for, comes from this
    /// machine or pod, where the sidecar is. What other apps send through the sidecar has the token too, but says whose it is.
    /// </summary>
    public bool Admits(HttpRequest request) => _token is null ? request.IsLocal() : !request.IsPassedOn() && IsProvenBy(request);

    /// <summary>Whether a request shows that it comes from the sidecar. How long that takes says nothing about the token but its length.</summary>
    public bool IsProvenBy(HttpRequest request) =>
        _token is not null && CryptographicOperations.FixedTimeEquals(_token, Encoding.UTF8.GetBytes(request.Headers[Header].ToString()));
}
