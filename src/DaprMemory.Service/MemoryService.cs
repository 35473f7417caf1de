using Dapr.Client;
using DaprMemory.Core.Embeddings;
using DaprMemory.Core.Log;
using DaprMemory.Core.Search;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting;
using DaprMemory.Hosting.Identity;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Quotas;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Audit;
using DaprMemory.Service.Commits;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Dapr;
using DaprMemory.Service.Documentation;
using DaprMemory.Service.Embeddings;
using DaprMemory.Service.Events;
using DaprMemory.Service.Health;
using DaprMemory.Service.Memories;
using DaprMemory.Service.Models;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Sessions;
using DaprMemory.Service.Spaces;
using DaprMemory.Service.State;
using DaprMemory.Service.Telemetry;
using DaprMemory.Service.Transactions;
using DaprMemory.Service.Watch;
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
        builder.Services.AddSingleton<IValidateOptions<MemoryServiceOptions>, MemoryServiceOptionsValidator>();
        var hotStore = options[nameof(MemoryServiceOptions.HotStore)] ?? new MemoryServiceOptions().HotStore;
        var pubsub = options[nameof(MemoryServiceOptions.PubSub)] ?? new MemoryServiceOptions().PubSub;
        builder.AddMemoryHosting(shard);
        builder.Services.AddStores(hotStore);
        builder.Services.AddEvents(pubsub, shard);
        builder.Services.AddEmbeddings(builder.Configuration);
        builder.Services.AddSearch(builder.Configuration);
        builder.Services.AddSpaces();
        builder.Services.AddAudit();
        builder.Services.AddChatModel(builder.Configuration);
        builder.Services.AddSessions(hotStore);
        builder.Services.AddOpenApi(document => document.AddDocumentTransformer<BearerScheme>());

        var app = builder.Build();
        app.Use((context, next) =>
        {
            context.Response.Headers[MemoryHeaders.Shard] = shard;
            return next(context);
        });
        app.UseMemoryHosting(isBehindRouter: true);
        var space = app.MapGroup($"/v1/{{{SpaceCall.TenantParameter}}}/{{{SpaceCall.SpaceParameter}}}");
        space.MapState();
        space.MapTransactions();
        space.MapMemories();
        space.MapCommits();
        space.MapWatch();
        space.MapSessions();
        app.MapSpaces();
        app.MapAudit();
        app.MapSpacesSearch();
        if (pubsub.Length > 0)
            app.MapEvents(pubsub);
        app.MapOpenApi().WithAccess(EndpointAccess.Open);
        return app;
    }

    static void AddStores(this IServiceCollection services, string hotStore)
    {
        services.AddDaprClient((provider, dapr) =>
        {
            if (provider.GetRequiredService<IConfiguration>()[DaprHttpEndpointKey] is { } endpoint)
                dapr.UseHttpEndpoint(endpoint);
        });
        services.TryAddSingleton<ICommitStore>(provider => new DaprCommitStore(
            provider.GetRequiredService<DaprClient>(), provider.GetRequiredService<IOptions<MemoryServiceOptions>>().Value.StrongStore));
        if (hotStore.Length > 0)
            services.TryAddSingleton<IHotStore>(provider => ActivatorUtilities.CreateInstance<DaprHotStore>(provider, hotStore));
        services.AddSingleton<SidecarHealth>();
        services.AddHostedService(provider => provider.GetRequiredService<SidecarHealth>());
        services.AddHealthChecks().AddCheck<SidecarHealth>("sidecar");
    }

    static void AddEvents(this IServiceCollection services, string pubsub, string shard)
    {
        if (pubsub.Length == 0)
            return;
        services.TryAddSingleton<ICommitPublisher>(provider => new DaprCommitPublisher(
            provider.GetRequiredService<DaprClient>(),
            pubsub,
            shard,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DaprCommitPublisher>>()));
        services.AddSingleton<ICommitEventHandler, SpaceEvents>();
        services.AddSingleton<EventInstruments>();
    }

    static void AddSpaces(this IServiceCollection services)
    {
        services.AddOptions<SpaceOptions>().BindConfiguration(SpaceOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new SpaceRegistry(
            provider.GetRequiredService<ICommitStore>(),
            provider.GetRequiredService<IOptions<SpaceOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<IHotStore>(),
            provider.GetService<ICommitPublisher>(),
            provider.GetRequiredService<Func<SpaceId, IMemoryIndex>>(),
            provider.GetCommitSigner(),
            provider.GetService<EmbeddingScheduler>(),
            provider.GetKeyedService<EmbeddingScheduler>(EmbeddingExtensions.Previous),
            provider.GetRequiredService<TenantQuotas>().OpenSpacesOf));
        services.AddHostedService<SpaceDrain>();
        services.AddSingleton<IExceptionProblemMapper, LogProblems>();
        services.AddSingleton<ServiceInstruments>();
        services.AddSingleton<TagPolicies>();
        services.AddSingleton<SpaceGate>();
        services.AddSingleton<WriterDependencies>();
        services.AddOptions<WatchOptions>().BindConfiguration(WatchOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<CommitStreamFactory>();
        services.AddSingleton<SpaceWriter>();
        services.AddSingleton<NearDuplicates>();
    }
}
