namespace Dapr.Actors.Client;

/// <summary>Makes proxies that call through one sidecar.</summary>
internal sealed class ActorProxyFactory(ActorSidecar sidecar) : IActorProxyFactory
{
    public ActorProxy Create(ActorId actorId, string actorType, ActorProxyOptions? options = null) => new(sidecar, actorId, actorType);
}
