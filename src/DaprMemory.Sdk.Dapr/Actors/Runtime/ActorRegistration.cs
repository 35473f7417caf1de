namespace Dapr.Actors.Runtime;

/// <summary>A type of actors that this app hosts.</summary>
/// <param name="type">The type.</param>
public sealed class ActorRegistration(ActorTypeInformation type)
{
    /// <summary>The type.</summary>
    public ActorTypeInformation Type { get; } = type;
}
