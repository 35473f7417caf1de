using Dapr.Client;
using DaprMemory.Core.Log;
using DaprMemory.Core.Sessions;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Dapr;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Sessions;

/// <summary>What sessions need of the container.</summary>
internal static class SessionServices
{
    /// <summary>The key of the commit store that has the turns.</summary>
    public const string StoreKey = "turns";

    /// <summary>Adds sessions, with their turns in the hot store; without one, in the strong store.</summary>
    public static void AddSessions(this IServiceCollection services, string hotStore)
    {
        services.AddOptions<SessionsOptions>().BindConfiguration(SessionsOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddKeyedSingleton<ICommitStore>(StoreKey, (provider, _) => hotStore.Length > 0
            ? new DaprCommitStore(provider.GetRequiredService<DaprClient>(), hotStore)
            : provider.GetRequiredService<ICommitStore>());
        services.TryAddSingleton<ITokenCounter, ByteTokenCounter>();
        services.TryAddSingleton<ISummarizer>(provider => provider.GetService<IChatClient>() is { } chat
            ? new ChatSummarizer(chat)
            : new ExtractiveSummarizer(provider.GetRequiredService<ITokenCounter>()));
        services.AddSingleton(provider => new SessionRegistry(
            provider.GetRequiredKeyedService<ICommitStore>(StoreKey),
            provider.GetRequiredService<IOptions<SessionsOptions>>().Value,
            provider.GetRequiredService<IOptions<SpaceOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ITokenCounter>(),
            provider.GetRequiredService<ISummarizer>(),
            tenant => provider.GetRequiredService<IOptions<MemoryServiceOptions>>().Value.Policies.TryGetValue(tenant, out var policy) ? policy.Remember : null,
            provider.GetService<IChatClient>() is { } model ? new ChatFactExtractor(model) : null));
        services.AddSingleton<SessionRetentions>();
        services.AddSingleton<IExceptionProblemMapper, SessionProblems>();
        services.AddSingleton<SessionCatchUp>();
        services.AddHostedService<SessionDrain>();
        services.AddHostedService<SessionCatchUpService>();
    }
}
