using DaprMemory.Hosting.Tls;
using DaprMemory.Router.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace DaprMemory.Router.Shards;

/// <summary>Makes the HTTP client for shards: YARP's, which has no limit on connections, no cookies, redirects or decompression.</summary>
internal sealed class ShardClientFactory(
    RouterConfigProvider router, TlsClient tls, IConfiguration configuration, ILogger<ForwarderHttpClientFactory> logger) : ForwarderHttpClientFactory(logger)
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        handler.ConnectTimeout = router.Current.ConnectTimeout;
        tls.Configure(handler);
        // Without an exporter nobody sees the router's own span, which costs an activity; a client's traceparent passes anyway.
        if (string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            handler.ActivityHeadersPropagator = null;
    }
}
