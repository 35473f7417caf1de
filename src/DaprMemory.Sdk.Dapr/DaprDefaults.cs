using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Dapr;

/// <summary>Where the sidecar is, by the standard names: in the configuration if it has them, else in the environment.</summary>
internal static class DaprDefaults
{
    const string HttpEndpointName = "DAPR_HTTP_ENDPOINT";
    const string HttpPortName = "DAPR_HTTP_PORT";
    const string ApiTokenName = "DAPR_API_TOKEN";
    const int DefaultHttpPort = 3500;

    public static string GetHttpEndpoint(IConfiguration? configuration = null)
    {
        // Scheme, host and port only: Dapr's paths start at the root.
        var endpoint = GetValue(configuration, HttpEndpointName);
        if (!string.IsNullOrWhiteSpace(endpoint))
            return new Uri(endpoint).GetLeftPart(UriPartial.Authority);

        var port = GetValue(configuration, HttpPortName);
        var number = string.IsNullOrWhiteSpace(port) ? DefaultHttpPort : int.Parse(port, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"http://localhost:{number}");
    }

    public static string GetApiToken(IConfiguration? configuration = null) => GetValue(configuration, ApiTokenName) ?? "";

    static string? GetValue(IConfiguration? configuration, string name) => configuration?[name] ?? Environment.GetEnvironmentVariable(name);
}
