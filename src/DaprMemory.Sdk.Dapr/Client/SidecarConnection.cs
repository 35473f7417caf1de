using System.Globalization;
using System.Net;

namespace Dapr.Client;

/// <summary>The way to a sidecar's HTTP API.</summary>
/// <param name="endpoint">Where it is.</param>
/// <param name="apiToken">The token that it asks for; null or empty: none.</param>
/// <param name="timeout">How long a call may take; zero: for ever.</param>
internal sealed class SidecarConnection(Uri endpoint, string? apiToken, TimeSpan timeout) : IDisposable
{
    // HttpMessageInvoker: HttpClient adds a timer, a linked token and a copy of the headers to each call, and nothing that is needed here.
    readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        MaxConnectionsPerServer = int.MaxValue,
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),
        UseCookies = false,
        // A sidecar is never behind a proxy, but HTTP_PROXY would catch localhost.
        UseProxy = false,
    });

    readonly string? _apiToken = string.IsNullOrWhiteSpace(apiToken) ? null : apiToken;

    /// <summary>Scheme, host and port.</summary>
    public string Root { get; } = endpoint.GetLeftPart(UriPartial.Authority);

    /// <summary>Calls the sidecar and reads its answer, whatever it is.</summary>
    /// <exception cref="DaprException">There is no answer.</exception>
    public async Task<DaprAnswer> CallAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // HTTP/1.1 keeps one call per connection: a large body holds up no other.
        request.Version = HttpVersion.Version11;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        if (_apiToken is not null)
            request.Headers.TryAddWithoutValidation("dapr-api-token", _apiToken);

        using var deadline = timeout > TimeSpan.Zero ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken) : null;
        deadline?.CancelAfter(timeout);
        var token = deadline?.Token ?? cancellationToken;
        try
        {
            using var response = await _http.SendAsync(request, token).ConfigureAwait(false);
            return await DaprAnswer.ReadAsync(response, token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            var message = string.Create(CultureInfo.InvariantCulture, $"The Dapr endpoint did not answer within {timeout}.");
            throw new DaprException(message, new TimeoutException(message, e));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new DaprException($"The Dapr endpoint at {Root} could not be reached, or the connection was lost.", e);
        }
    }

    public void Dispose() => _http.Dispose();
}
