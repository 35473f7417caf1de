using DaprMemory.Hosting.Identity;

namespace DaprMemory.Service.Events;

/// <summary>The routes by which Dapr brings events.</summary>
internal static class EventEndpoints
{
    /// <summary>The topic of commits.</summary>
    public const string Topic = "memory-events";

    /// <summary>What this subscription asks of Pulsar. Other brokers have other words and ignore these.</summary>
    /// <remarks>
    /// That each shard gets every event, and leaves nothing behind when it goes, only the component can say: its consumer id (by default the
    /// app id, which no two shards share) and its <c>subscribeMode: non_durable</c> can't be set here.
    /// </remarks>
    static readonly Dictionary<string, string> Subscription = new()
    {
        // With one consumer this is no different from "exclusive", but that one would be refused, for good, while the broker still believes in
        // a connection that the shard's last life has left behind.
        ["subscribeType"] = "shared",
        // Many at once, and so in any order, which the log puts right. One at a time, no more commits of all shards together could be taken in a
        // second than this service can answer one after the other.
        ["processMode"] = "async",
    };

    /// <summary>Maps the deliveries of commits to the <see cref="ICommitEventHandler"/>, and the list of subscriptions that Dapr asks for.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pubsub">The pub/sub component's name.</param>
    public static void MapEvents(this IEndpointRouteBuilder endpoints, string pubsub)
    {
        var services = endpoints.ServiceProvider;
        var token = new AppToken(services.GetRequiredService<IConfiguration>()[AppToken.ConfigurationKey]);
        var commits = ActivatorUtilities.CreateInstance<CommitEventEndpoint>(services, token);
        endpoints.MapPost("/events/commits", commits.InvokeAsync).WithTopic(pubsub, Topic, Subscription)
            .ExcludeFromDescription().WithAccess(EndpointAccess.Open);
        endpoints.MapSubscribeHandler().ExcludeFromDescription().WithAccess(EndpointAccess.Open);
    }
}
