namespace Dapr.Actors.Runtime;

/// <summary>A reminder that the sidecar has taken.</summary>
internal sealed record ActorReminder(string Name, TimeSpan DueTime, TimeSpan Period, byte[] State) : IActorReminder;
