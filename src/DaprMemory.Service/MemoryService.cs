using DaprMemory.Core.Spaces;
using DaprMemory.Hosting;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Commits;
using DaprMemory.Service.Consistency;
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
    /// <summary>Builds one instance. Several may live in one process.</summary>
    /// <param name="args">Command line arguments, a source of configuration.</param>
    /// <param name="configure">Changes configuration, addresses and services before the service adds its own; services that are there are kept.</param>
    /// <returns>The application, not started.</returns>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        builder.Services.AddOptions<MemoryServiceOptions>()
            .BindConfiguration(MemoryServiceOptions.SectionName)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        var shard = builder.Configuration["Memory:Shard"] ?? builder.Configuration["APP_ID"] ?? "memory-0";
        builder.AddMemoryHosting(shard);
        builder.Services.AddSpaces();
        builder.Services.AddOpenApi("v1", openApi => openApi.ShouldInclude = _ => true);

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

    static void AddSpaces(this IServiceCollection services)
    {
        services.AddOptions<SpaceOptions>().BindConfiguration(SpaceOptions.SectionName);
        services.TryAddSingleton(provider => ActivatorUtilities.CreateInstance<SpaceRegistry>(
            provider, provider.GetRequiredService<IOptions<SpaceOptions>>().Value));
        services.AddSingleton<IExceptionProblemMapper, LogProblems>();
        services.AddSingleton<ServiceInstruments>();
        services.AddSingleton<SpaceGate>();
        services.AddSingleton<SpaceWriter>();
    }
}
