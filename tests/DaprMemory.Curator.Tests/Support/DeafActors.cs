using Dapr.Actors;
using Dapr.Actors.Client;
using Microsoft.Extensions.DependencyInjection;

namespace DaprMemory.Curator.Tests.Support;

/// <summary>Actors that can't be called: what happens all the same is their reminders' doing.</summary>
internal static class DeafActors
{
    public static void AddDeafActors(this IServiceCollection services) => services.AddSingleton<IActorProxyFactory, Factory>();

    sealed class Factory : IActorProxyFactory
    {
        public ActorProxy Create(ActorId actorId, string actorType, ActorProxyOptions? options = null) => throw new HttpRequestException("nobody listens");
    }
}
