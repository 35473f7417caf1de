using System.Diagnostics.Metrics;
using DaprMemory.Hosting;
using DaprMemory.Hosting.Identity;
using DaprMemory.Hosting.Scatter;
using DaprMemory.Router.Configuration;
using DaprMemory.Router.Forwarding;
using DaprMemory.Router.Shards;
using DaprMemory.Router.Telemetry;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace DaprMemory.Router;

/// <summary>The router as an application.</summary>
public static class RouterApp
{
    /// <summary>Builds the router. Any number may run in one process.</summary>
    /// <param name="args">Command line: configuration, such as <c>--urls</c> or <c>--Router:Shards:0:Id</c>.</param>
    /// <param name="configure">Adds to the builder before it builds, such as configuration in memory.</param>
    /// <exception cref="OptionsValidationException">The configuration breaks rules; the message names all of them.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddMemoryHosting("memory-router");
        builder.Services.AddRouter();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseMemoryHosting();
        app.MapGet("/cluster", (ShardDirectory directory, RouterConfigProvider router) =>
            TypedResults.Json(ClusterPage.Of(directory.Current, router.Current.Zone), ClusterJsonContext.Default.ClusterPage))
            .WithAccess(EndpointAccess.Operators);
        app.MapPost("/v1/{tenant}/search", new SearchScatter(app.Services, app.Services.GetRequiredService<SpaceRouter>().InvokeAsync).InvokeAsync)
            .WithAccess(EndpointAccess.Read);
        // What a call does, and so which scope it needs, only the shard knows.
        app.MapReverseProxy(proxy => proxy.Run(proxy.ApplicationServices.GetRequiredService<SpaceRouter>().InvokeAsync))
            .WithAccess(EndpointAccess.Tenant);
        RouterInstruments.Observe(app.Services.GetRequiredService<IMeterFactory>(), app.Services.GetRequiredService<ShardDirectory>());
        return app;
    }

    static void AddRouter(this IServiceCollection services)
    {
        // Not BindConfiguration: RouterConfigProvider decides what becomes of changes.
        services.AddOptions<RouterOptions>()
            .Configure<IConfiguration>((options, configuration) => configuration.GetSection(RouterOptions.SectionName).Bind(options))
            .ValidateDataAnnotations();
        services.AddSingleton<IValidateOptions<RouterOptions>, RouterOptionsValidator>();
        services.AddSingleton<RouterConfigProvider>();
        services.AddSingleton<IProxyConfigProvider>(provider => provider.GetRequiredService<RouterConfigProvider>());
        services.AddSingleton<ShardDirectory>();
        services.AddSingleton<IClusterChangeListener>(provider => provider.GetRequiredService<ShardDirectory>());
        services.AddSingleton<SidecarHeaders>();
        services.AddSingleton<IProbingRequestFactory, ShardProbeFactory>();
        services.AddSingleton<IForwarderHttpClientFactory, ShardClientFactory>();
        services.AddSingleton<ShardHealth>();
        services.AddHostedService<ShardMonitor>();
        services.AddSingleton<AttemptPool>();
        services.AddSingleton<SpaceRouter>();
        services.AddReverseProxy();
        services.AddHealthChecks().AddCheck<ShardsHealthCheck>("shards");
    }
}
