using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DaprMemory.Hosting.Telemetry;

/// <summary>Sends traces to an OTLP collector when one is configured; otherwise no part of OpenTelemetry is loaded.</summary>
internal static class TracingExtensions
{
    const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddMemoryTracing(this IServiceCollection services, IConfiguration configuration, string serviceName)
    {
        if (!string.IsNullOrEmpty(configuration[EndpointVariable]))
            services.AddHostedService(_ => new TraceExport(configuration, serviceName));
    }
}
