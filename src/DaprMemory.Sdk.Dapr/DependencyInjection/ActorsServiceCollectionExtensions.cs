using Dapr;
using Dapr.Actors;
using Dapr.Actors.Client;
using Dapr.Actors.Runtime;
using Dapr.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers actors.</summary>
public static class ActorsServiceCollectionExtensions
{
    /// <summary>Adds what is needed to host and to call actors.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Says which actors are hosted, and how.</param>
    /// <param name="lifetime">How long the runtime lives; only a singleton keeps actors from one call to the next.</param>
    public static void AddActors(
        this IServiceCollection? services, Action<ActorRuntimeOptions>? configure, ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddRouting();
        services.TryAdd(new ServiceDescriptor(typeof(ActorSidecar), NewSidecar, lifetime));
        services.TryAdd(new ServiceDescriptor(typeof(ActorRuntime), typeof(ActorRuntime), lifetime));
        services.TryAdd(new ServiceDescriptor(typeof(IActorProxyFactory), typeof(ActorProxyFactory), lifetime));
        if (configure is not null)
            services.Configure(configure);
    }

    static ActorSidecar NewSidecar(IServiceProvider provider)
    {
        var configuration = provider.GetService<IConfiguration>();
        var endpoint = provider.GetRequiredService<IOptions<ActorRuntimeOptions>>().Value.HttpEndpoint ?? DaprDefaults.GetHttpEndpoint(configuration);
        // No limit: a call waits for its turn, and a turn may take long.
        return new ActorSidecar(new SidecarConnection(new Uri(endpoint), DaprDefaults.GetApiToken(configuration), TimeSpan.Zero));
    }
}
