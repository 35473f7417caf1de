using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Prometheus;

/// <summary>Shows metrics on a page.</summary>
public static class MetricServerMiddlewareExtensions
{
    /// <summary>Maps the page that Prometheus scrapes.</summary>
    /// <param name="endpoints">The service's endpoints.</param>
    /// <param name="pattern">The page's path.</param>
    /// <param name="registry">What to show; null for <see cref="Metrics.DefaultRegistry"/>.</param>
    public static IEndpointConventionBuilder MapMetrics(
        this IEndpointRouteBuilder endpoints,
        string pattern = "/metrics",
        CollectorRegistry? registry = null) =>
        endpoints.Map(pattern, context => ShowAsync(context, registry ?? Metrics.DefaultRegistry)).WithDisplayName("Prometheus metrics");

    static Task ShowAsync(HttpContext context, CollectorRegistry registry)
    {
        context.Response.ContentType = PrometheusText.ContentType;
        return registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
    }
}
