using System.Diagnostics;
using DaprMemory.Hosting.Health;
using DaprMemory.Hosting.Identity;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Quotas;
using DaprMemory.Hosting.Requests;
using DaprMemory.Hosting.Telemetry;
using DaprMemory.Hosting.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Prometheus;

namespace DaprMemory.Hosting;

/// <summary>What every service shares: logs, health, metrics, traces, problem details, TLS, quotas, and a server with sensible limits.</summary>
public static class HostingExtensions
{
    // A transaction's values are at most 1 MiB together; its keys, tags and JSON's own escapes come on top. Dapr refuses above 4 MiB too.
    const long MaxRequestBodyBytes = 4 * 1024 * 1024;

    /// <summary>Adds what every service shares to its container. Any number of services may live in one process, each with its own container.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="serviceName">The service's name in traces, such as <c>memory-0</c>.</param>
    public static WebApplicationBuilder AddMemoryHosting(this WebApplicationBuilder builder, string serviceName)
    {
        builder.Logging.AddMemoryLogging(isRead: !Console.IsOutputRedirected);
        builder.WebHost.ConfigureKestrel(ConfigureKestrel);
        builder.Services.AddOptions<HostingOptions>()
            .BindConfiguration(HostingOptions.SectionName)
            .ValidateDataAnnotations()
            .Validate(options => options.DrainDelay < options.ShutdownTimeout, "DrainDelay is part of ShutdownTimeout and must be shorter.")
            .ValidateOnStart();
        builder.Services.AddOptions<HostOptions>()
            .Configure<IOptions<HostingOptions>>((host, hosting) => host.ShutdownTimeout = hosting.Value.ShutdownTimeout);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddRouting();
        builder.Services.AddMemoryTls();
        builder.Services.AddMemoryIdentity();
        builder.Services.AddMemoryQuotas();
        builder.Services.AddMemoryHealth();
        builder.Services.AddMemoryMetrics();
        builder.Services.AddMemoryTracing(builder.Configuration, serviceName);
        return builder;
    }

    /// <summary>
    /// Begins the pipeline: problem details for every refusal, routing, transport and callers checked, tenants charged, the health and metrics pages.
    /// Call it before any other <c>Use…</c>; the endpoint and the caller are known to all that comes after.
    /// </summary>
    /// <param name="app">The service.</param>
    /// <param name="isBehindRouter">Whether our router calls it, which has charged tenants already.</param>
    public static WebApplication UseMemoryHosting(this WebApplication app, bool isBehindRouter = false)
    {
        MalformedRequests.Observe(app.Services.GetRequiredService<DiagnosticListener>());
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<DotSegmentMiddleware>();
        // Explicit: otherwise WebApplication puts it before everything above.
        app.UseRouting();
        app.UseTransportRule();
        app.UseMiddleware<CallerMiddleware>();
        app.UseQuotas(isBehindRouter);
        app.MapMemoryHealth();
        app.MapMetrics().WithAccess(EndpointAccess.Operators);
        return app;
    }

    static void ConfigureKestrel(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxRequestBodyBytes;
        kestrel.ApplicationServices.GetRequiredService<TlsServer>().Configure(kestrel);
    }
}
