using Dapr.Client;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.Upkeep;
using DaprMemory.Curator.Telemetry;
using DaprMemory.Curator.Tenants;
using DaprMemory.Hosting;
using DaprMemory.Hosting.Identity;
using DaprMemory.Service;
using DaprMemory.Service.Audit;
using DaprMemory.Service.Dapr;
using DaprMemory.Service.Events;
using DaprMemory.Service.Health;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DaprMemory.Curator;

/// <summary>The curator: a Dapr actor for each tenant, which does in the background what requests leave to be done. Any number of instances, each beside its sidecar.</summary>
public static class CuratorApp
{
    /// <summary>The Dapr app id.</summary>
    public const string AppId = "curator";

    // A store or broker that hangs is one that can't be used: an actor must not wait for it for ever.
    static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    // Less than a shard has: the spaces that are open here are the few that were due.
    const long ViewBudgetBytes = 128L << 20;

    /// <summary>Builds one instance. Several may live in one process.</summary>
    /// <param name="args">Command line arguments, a source of configuration.</param>
    /// <param name="configure">Changes configuration, addresses and services before the curator adds its own; services that are there are kept.</param>
    /// <returns>The application, not started.</returns>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        builder.Services.AddOptions<CuratorOptions>().BindConfiguration(CuratorOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        // What the shards have, above all the largest item.
        builder.Services.AddOptions<SpaceOptions>().BindConfiguration(SpaceOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        builder.AddMemoryHosting(AppId);
        builder.Services.AddCommitSigning();
        builder.Services.AddStore();
        builder.Services.AddDuties(builder.Configuration.GetSection(CuratorOptions.SectionName)[nameof(CuratorOptions.PubSub)] ?? new CuratorOptions().PubSub);
        builder.Services.AddTenants(builder.Configuration[MemoryService.DaprHttpEndpointKey]);

        var app = builder.Build();
        app.UseMemoryHosting();
        // Only the sidecar may call actors: whoever else did could have work done for any tenant.
        app.MapActorsHandlers().WithAccess(EndpointAccess.Open).ForSidecar(new AppToken(app.Configuration[AppToken.ConfigurationKey]));
        return app;
    }

    static void AddStore(this IServiceCollection services)
    {
        services.AddDaprClient((provider, dapr) =>
        {
            dapr.UseTimeout(CallTimeout);
            if (provider.GetRequiredService<IConfiguration>()[MemoryService.DaprHttpEndpointKey] is { } endpoint)
                dapr.UseHttpEndpoint(endpoint);
        });
        services.TryAddSingleton(provider => new DaprCommitStore(
            provider.GetRequiredService<DaprClient>(), provider.GetRequiredService<IOptions<CuratorOptions>>().Value.StrongStore));
        services.TryAddSingleton<ICommitStore>(provider => provider.GetRequiredService<DaprCommitStore>());
        services.TryAddSingleton<IKeyRemover>(provider => provider.GetRequiredService<DaprCommitStore>());
        services.AddSingleton<SidecarHealth>();
        services.AddHostedService(provider => provider.GetRequiredService<SidecarHealth>());
        services.AddHealthChecks().AddCheck<SidecarHealth>("sidecar");
        services.AddSingleton(provider => new SpaceRegistry(
            provider.GetRequiredService<ICommitStore>(),
            provider.GetRequiredService<IOptions<SpaceOptions>>().Value with { ViewBudgetBytes = ViewBudgetBytes, ValueCacheBytes = 0 },
            provider.GetRequiredService<TimeProvider>(),
            signer: provider.GetCommitSigner()));
        services.AddSingleton(provider => provider.GetRequiredService<SpaceRegistry>().Directory);
        services.AddSingleton<DutyProgress>();
    }

    static void AddDuties(this IServiceCollection services, string pubsub)
    {
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<CuratorOptions>>().Value;
            return new ScheduledDuty(
                new CheckpointDuty(provider.GetRequiredService<ICommitStore>(), provider.GetRequiredService<SpaceRegistry>(), options.CheckpointCommits),
                options.CheckpointPeriod);
        });
        services.AddSingleton(provider => new ScheduledDuty(
            new RetentionDuty(provider.GetRequiredService<ICommitStore>(), provider.GetRequiredService<IKeyRemover>()),
            provider.GetRequiredService<IOptions<CuratorOptions>>().Value.RetentionPeriod));
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<CuratorOptions>>().Value;
            return new ScheduledDuty(
                new ConsolidationDuty(
                    provider.GetRequiredService<ICommitStore>(),
                    provider.GetRequiredService<SpaceRegistry>(),
                    options.ConsolidatedTenants.Contains,
                    provider.GetRequiredService<TimeProvider>()),
                options.ConsolidationPeriod);
        });
        if (pubsub.Length == 0)
            return;
        services.TryAddSingleton<ICommitPublisher>(provider => new DaprCommitPublisher(
            provider.GetRequiredService<DaprClient>(),
            pubsub,
            AppId,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DaprCommitPublisher>>()));
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<CuratorOptions>>().Value;
            return new ScheduledDuty(
                new EventDuty(
                    provider.GetRequiredService<ICommitStore>(),
                    provider.GetRequiredService<ICommitPublisher>(),
                    options.PublishGrace,
                    provider.GetRequiredService<TimeProvider>()),
                options.EventPeriod);
        });
    }

    static void AddTenants(this IServiceCollection services, string? daprHttpEndpoint)
    {
        services.AddActors(options =>
        {
            options.Actors.RegisterActor<TenantCurator>();
            // What is under way ends between two spaces.
            options.DrainRebalancedActors = true;
            if (daprHttpEndpoint is not null)
                options.HttpEndpoint = daprHttpEndpoint;
        });
        services.AddSingleton<CuratorInstruments>();
        services.AddSingleton<TenantPass>();
        services.TryAddSingleton(Random.Shared);
        services.AddHostedService<TenantStarter>();
    }
}
