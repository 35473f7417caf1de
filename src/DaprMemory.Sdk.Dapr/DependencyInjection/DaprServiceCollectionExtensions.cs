using Dapr;
using Dapr.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="DaprClient"/>.</summary>
public static class DaprServiceCollectionExtensions
{
    /// <summary>Adds <see cref="DaprClient"/> unless there is one.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes what configuration and environment say.</param>
    /// <param name="lifetime">How long a client lives.</param>
    public static void AddDaprClient(
        this IServiceCollection services,
        Action<DaprClientBuilder>? configure = null,
        ServiceLifetime lifetime = ServiceLifetime.Singleton) =>
        services.AddDaprClient((_, builder) => configure?.Invoke(builder), lifetime);

    /// <summary>Adds <see cref="DaprClient"/> unless there is one.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes what configuration and environment say.</param>
    /// <param name="lifetime">How long a client lives.</param>
    public static void AddDaprClient(
        this IServiceCollection services,
        Action<IServiceProvider, DaprClientBuilder> configure,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAdd(new ServiceDescriptor(typeof(DaprClient), provider =>
        {
            var configuration = provider.GetService<IConfiguration>();
            var builder = new DaprClientBuilder()
                .UseHttpEndpoint(DaprDefaults.GetHttpEndpoint(configuration))
                .UseDaprApiToken(DaprDefaults.GetApiToken(configuration));
            configure(provider, builder);
            return builder.Build();
        }, lifetime));
    }
}
