namespace Dapr.Actors.Client;

/// <summary>Stands for an actor, wherever it lives.</summary>
public interface IActorProxy
{
    /// <summary>The actor.</summary>
    ActorId ActorId { get; }

    /// <summary>Its type's name.</summary>
    string ActorType { get; }
}
