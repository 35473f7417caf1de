using System.Text.Json;

namespace Dapr.Client;

/// <summary>Builds a <see cref="DaprClient"/>. What is not said here comes from <c>DAPR_HTTP_ENDPOINT</c>, <c>DAPR_HTTP_PORT</c> and <c>DAPR_API_TOKEN</c>.</summary>
public sealed class DaprClientBuilder
{
    string _httpEndpoint = DaprDefaults.GetHttpEndpoint();
    string? _apiToken = DaprDefaults.GetApiToken();
    JsonSerializerOptions _json = JsonSerializerOptions.Web;
    TimeSpan _timeout;

    /// <summary>Sets where the sidecar's HTTP API is.</summary>
    /// <param name="httpEndpoint">An absolute <c>http</c> or <c>https</c> address.</param>
    /// <returns>This builder.</returns>
    public DaprClientBuilder UseHttpEndpoint(string httpEndpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(httpEndpoint);
        _httpEndpoint = httpEndpoint;
        return this;
    }

    /// <summary>Sets where the sidecar's gRPC API is. This client speaks HTTP only and does not use it.</summary>
    /// <param name="grpcEndpoint">An absolute address.</param>
    /// <returns>This builder.</returns>
    public DaprClientBuilder UseGrpcEndpoint(string grpcEndpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(grpcEndpoint);
        return this;
    }

    /// <summary>Sets how values become JSON. The default is <see cref="JsonSerializerOptions.Web"/>.</summary>
    /// <param name="options">The options.</param>
    /// <returns>This builder.</returns>
    public DaprClientBuilder UseJsonSerializationOptions(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _json = options;
        return this;
    }

    /// <summary>Sets the token that the sidecar asks for.</summary>
    /// <param name="apiToken">The token; empty or null: none.</param>
    /// <returns>This builder.</returns>
    public DaprClientBuilder UseDaprApiToken(string? apiToken)
    {
        _apiToken = apiToken;
        return this;
    }

    /// <summary>Sets how long a call may take. The default is zero, no limit.</summary>
    /// <param name="timeout">The limit; zero: none.</param>
    /// <returns>This builder.</returns>
    public DaprClientBuilder UseTimeout(TimeSpan timeout)
    {
        _timeout = timeout;
        return this;
    }

    /// <summary>Builds the client.</summary>
    /// <returns>The client.</returns>
    /// <exception cref="InvalidOperationException">The endpoint is neither <c>http</c> nor <c>https</c>.</exception>
    public DaprClient Build()
    {
        var endpoint = new Uri(_httpEndpoint);
        if (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps)
            throw new InvalidOperationException("The HTTP endpoint must use http or https.");
        return new DaprHttpClient(new SidecarConnection(endpoint, _apiToken, _timeout), _json, TimeProvider.System);
    }
}
