using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Dapr.Actors.Runtime;

/// <summary>The actors of one type that are active in this app. That one call at a time runs on each is the sidecar's care.</summary>
internal sealed class HostedType(ActorTypeInformation type, ActorSidecar sidecar, IServiceProvider services)
{
    readonly ConcurrentDictionary<string, Lazy<Active>> _active = new(StringComparer.Ordinal);

    readonly FrozenDictionary<string, MethodInfo> _methods = type.ImplementationType.GetInterfaces()
        .Where(contract => contract != typeof(IActor) && typeof(IActor).IsAssignableFrom(contract))
        .SelectMany(contract => contract.GetMethods())
        .ToFrozenDictionary(method => method.Name, Check, StringComparer.Ordinal);

    /// <summary>Calls a method; <c>false</c>: there is none of this name.</summary>
    public async Task<bool> TryInvokeAsync(string actorId, string method)
    {
        if (!_methods.TryGetValue(method, out var found))
            return false;
        await ((Task)found.Invoke(Activate(actorId), BindingFlags.DoNotWrapExceptions, null, null, null)!).ConfigureAwait(false);
        return true;
    }

    /// <summary>Brings a reminder; actors that take none ignore it.</summary>
    public Task RemindAsync(string actorId, string reminder, byte[] state) =>
        Activate(actorId) is IRemindable actor ? actor.ReceiveReminderAsync(reminder, state, TimeSpan.Zero, TimeSpan.Zero) : Task.CompletedTask;

    /// <summary>Lets an actor go.</summary>
    public ValueTask DeactivateAsync(string actorId) =>
        _active.TryRemove(actorId, out var active) ? active.Value.Scope.DisposeAsync() : ValueTask.CompletedTask;

    Actor Activate(string actorId) => _active.GetOrAdd(actorId, id => new Lazy<Active>(() => Create(id))).Value.Actor;

    Active Create(string actorId)
    {
        var scope = services.CreateAsyncScope();
        var host = new ActorHost(type, new ActorId(actorId), sidecar);
        return new Active((Actor)ActivatorUtilities.CreateInstance(scope.ServiceProvider, type.ImplementationType, host), scope);
    }

    static MethodInfo Check(MethodInfo method) => method.ReturnType == typeof(Task) && method.GetParameters().Length == 0
        ? method
        : throw new NotSupportedException($"{method.DeclaringType!.Name}.{method.Name}: methods of actors have no parameters here and give a Task.");

    sealed record Active(Actor Actor, AsyncServiceScope Scope);
}
