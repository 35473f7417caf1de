namespace Dapr.Actors.Client;

/// <summary>Calls one actor.</summary>
public class ActorProxy : IActorProxy
{
    readonly ActorSidecar _sidecar;

    internal ActorProxy(ActorSidecar sidecar, ActorId actorId, string actorType) => (_sidecar, ActorId, ActorType) = (sidecar, actorId, actorType);

    /// <inheritdoc />
    public ActorId ActorId { get; }

    /// <inheritdoc />
    public string ActorType { get; }

    /// <summary>Calls a method that has no arguments and gives nothing back.</summary>
    /// <param name="method">Its name.</param>
    /// <param name="cancellationToken">Ends the wait, not the call.</param>
    /// <returns>A task that ends when the method has.</returns>
    /// <exception cref="DaprException">The method failed, or the actor could not be reached.</exception>
    public Task InvokeMethodAsync(string method, CancellationToken cancellationToken = default) =>
        _sidecar.InvokeAsync(ActorType, ActorId, method, cancellationToken);
}
