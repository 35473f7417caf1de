using System.Collections.ObjectModel;

namespace Dapr.Actors.Runtime;

/// <summary>The types of actors that this app hosts.</summary>
public sealed class ActorRegistrationCollection : KeyedCollection<ActorTypeInformation, ActorRegistration>
{
    /// <summary>Adds a type.</summary>
    /// <typeparam name="TActor">The class.</typeparam>
    /// <param name="configure">Changes the registration.</param>
    public void RegisterActor<TActor>(Action<ActorRegistration>? configure = null)
        where TActor : Actor
    {
        var registration = new ActorRegistration(new ActorTypeInformation(typeof(TActor)));
        configure?.Invoke(registration);
        Add(registration);
    }

    /// <inheritdoc />
    protected override ActorTypeInformation GetKeyForItem(ActorRegistration item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return item.Type;
    }
}
