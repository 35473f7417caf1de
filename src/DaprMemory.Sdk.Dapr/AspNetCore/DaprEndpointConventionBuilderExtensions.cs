using Dapr.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Subscribes endpoints to topics.</summary>
public static class DaprEndpointConventionBuilderExtensions
{
    /// <summary>Subscribes an endpoint to a topic. Dapr hears of it by <see cref="DaprEndpointRouteBuilderExtensions.MapSubscribeHandler"/>.</summary>
    /// <typeparam name="T">The type of the builder.</typeparam>
    /// <param name="builder">The endpoint.</param>
    /// <param name="pubsubName">The pub/sub component.</param>
    /// <param name="name">The topic.</param>
    /// <param name="metadata">The subscription's metadata, for the component.</param>
    /// <returns>The builder.</returns>
    public static T WithTopic<T>(this T builder, string pubsubName, string name, IDictionary<string, string> metadata)
        where T : IEndpointConventionBuilder
    {
        ArgumentException.ThrowIfNullOrEmpty(pubsubName);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.WithMetadata(new TopicSubscription(pubsubName, name, new Dictionary<string, string>(metadata)));
    }
}
