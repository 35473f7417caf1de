using DaprMemory.Router.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace DaprMemory.Router.Shards;

/// <summary>Makes the HTTP client for shards: YARP's, with no limit on connections, no proxy, cookies, redirects or decompression.</summary>
internal sealed class ShardClientFactory(RouterConfigProvider router, IConfiguration configuration, ILogger<ForwarderHttpClientFactory> logger)
    : ForwarderHttpClientFactory(logger)
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        handler.ConnectTimeout = router.Current.ConnectTimeout;
        // Without an exporter nobody sees the router's own span; it costs an activity and a header, and a client's traceparent passes anyway.
        if (string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            handler.ActivityHeadersPropagator = null;
    }
}
