namespace Dapr.Actors.Runtime;

/// <summary>What an actor gets of its host.</summary>
public sealed class ActorHost
{
    internal ActorHost(ActorTypeInformation type, ActorId id, ActorSidecar sidecar) => (ActorTypeInfo, Id, Sidecar) = (type, id, sidecar);

    /// <summary>The actor's type.</summary>
    public ActorTypeInformation ActorTypeInfo { get; }

    /// <summary>The actor's id.</summary>
    public ActorId Id { get; }

    internal ActorSidecar Sidecar { get; }
}
