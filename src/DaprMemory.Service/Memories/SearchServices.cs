using DaprMemory.Core.Search;
using DaprMemory.Core.Spaces;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Memories;

/// <summary>What the service needs to search memories.</summary>
internal static class SearchServices
{
    /// <summary>Adds the index, with options of all and of single tenants.</summary>
    public static void AddSearch(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IOptionsFactory<SearchOptions>, SearchOptionsFactory>();
        services.AddOptions<SearchOptions>().ValidateOnStart();
        var tenants = configuration.GetSection(MemoryServiceOptions.SectionName).GetSection(nameof(MemoryServiceOptions.Policies)).GetChildren()
            .Where(policy => policy.GetSection(nameof(TenantPolicy.SearchWeights)).Exists())
            .Select(policy => policy.Key)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var tenant in tenants)
            services.AddOptions<SearchOptions>(tenant).ValidateOnStart();
        services.TryAddSingleton<Func<SpaceId, IMemoryIndex>>(provider =>
        {
            var options = provider.GetRequiredService<IOptionsMonitor<SearchOptions>>();
            return space => new MemoryIndex(options.Get(tenants.Contains(space.Tenant) ? space.Tenant : Options.DefaultName));
        });
    }
}
