using Dapr.Client;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Commits;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Dapr;
using DaprMemory.Service.Health;
using DaprMemory.Service.Requests;
using DaprMemory.Service.State;
using DaprMemory.Service.Telemetry;
using DaprMemory.Service.Transactions;
using DaprMemory.Service.Writes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service;

/// <summary>The memory service: stateless, any number of instances beside their Dapr sidecars.</summary>
public static class MemoryService
{
    /// <summary>The configuration key that says where the sidecar's HTTP API is, for several services in one process; else Dapr's own environment does.</summary>
    public const string DaprHttpEndpointKey = "Dapr:HttpEndpoint";

    /// <summary>Builds one instance. Several may live in one process.</summary>
    /// <param name="args">Command line arguments, a source of configuration.</param>
    /// <param name="configure">Changes configuration, addresses and services before the service adds its own; services that are there are kept.</param>
    /// <returns>The application, not started.</returns>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        var options = builder.Configuration.GetSection(MemoryServiceOptions.SectionName);
        var shard = options[nameof(MemoryServiceOptions.Shard)] ?? builder.Configuration["APP_ID"] ?? new MemoryServiceOptions().Shard;
        builder.Services.AddOptions<MemoryServiceOptions>()
            .Bind(options)
            .Configure(memory => memory.Shard = shard)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.AddMemoryHosting(shard);
        builder.Services.AddStore();
        builder.Services.AddSpaces();
        builder.Services.AddOpenApi();

        var app = builder.Build();
        app.Use((context, next) =>
        {
            context.Response.Headers[MemoryHeaders.Shard] = shard;
            return next(context);
        });
        app.UseMemoryHosting();
        var space = app.MapGroup($"/v1/{{{SpaceCall.TenantParameter}}}/{{{SpaceCall.SpaceParameter}}}");
        space.MapState();
        space.MapTransactions();
        space.MapCommits();
        app.MapOpenApi();
        return app;
    }

    static void AddStore(this IServiceCollection services)
    {
        services.AddDaprClient((provider, dapr) =>
        {
            if (provider.GetRequiredService<IConfiguration>()[DaprHttpEndpointKey] is { } endpoint)
                dapr.UseHttpEndpoint(endpoint);
        });
        services.TryAddSingleton<ICommitStore>(provider => new DaprCommitStore(
            provider.GetRequiredService<DaprClient>(), provider.GetRequiredService<IOptions<MemoryServiceOptions>>().Value.StrongStore));
        services.AddSingleton<SidecarHealth>();
        services.AddHostedService(provider => provider.GetRequiredService<SidecarHealth>());
        services.AddHealthChecks().AddCheck<SidecarHealth>("sidecar");
    }

    static void AddSpaces(this IServiceCollection services)
    {
        services.AddOptions<SpaceOptions>().BindConfiguration(SpaceOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new SpaceRegistry(
            provider.GetRequiredService<ICommitStore>(),
            provider.GetRequiredService<IOptions<SpaceOptions>>().Value,
            provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<SpaceDrain>();
        services.AddSingleton<IExceptionProblemMapper, LogProblems>();
        services.AddSingleton<ServiceInstruments>();
        services.AddSingleton<SpaceGate>();
        services.AddSingleton<SpaceWriter>();
    }
}
