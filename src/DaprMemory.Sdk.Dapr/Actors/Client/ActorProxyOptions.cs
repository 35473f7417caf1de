namespace Dapr.Actors.Client;

/// <summary>How an actor is called. There is nothing to choose here.</summary>
public class ActorProxyOptions
{
}
