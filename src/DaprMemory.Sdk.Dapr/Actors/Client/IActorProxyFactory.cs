namespace Dapr.Actors.Client;

/// <summary>Makes proxies of actors.</summary>
public interface IActorProxyFactory
{
    /// <summary>Makes a proxy of an actor, wherever it lives.</summary>
    /// <param name="actorId">The actor.</param>
    /// <param name="actorType">Its type's name.</param>
    /// <param name="options">How it is called.</param>
    /// <returns>The proxy.</returns>
    ActorProxy Create(ActorId actorId, string actorType, ActorProxyOptions? options = null);
}
