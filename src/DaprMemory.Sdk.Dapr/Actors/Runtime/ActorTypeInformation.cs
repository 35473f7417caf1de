namespace Dapr.Actors.Runtime;

/// <summary>A type of actors.</summary>
public sealed class ActorTypeInformation
{
    internal ActorTypeInformation(Type implementation) => ImplementationType = implementation;

    /// <summary>Its name: that of the class.</summary>
    public string ActorTypeName => ImplementationType.Name;

    /// <summary>The class.</summary>
    public Type ImplementationType { get; }
}
