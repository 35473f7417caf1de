using System.Text.Json;
using Dapr.AspNetCore;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Tells Dapr what an application subscribes to.</summary>
public static class DaprEndpointRouteBuilderExtensions
{
    /// <summary>Maps <c>GET /dapr/subscribe</c>, which lists the endpoints that have a topic. Their routes may not have parameters.</summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>The endpoint.</returns>
    public static IEndpointConventionBuilder MapSubscribeHandler(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return endpoints.MapGet("dapr/subscribe", ListAsync);
    }

    static async Task ListAsync(HttpContext context)
    {
        var subscriptions = from endpoint in context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                            from topic in endpoint.Metadata.GetOrderedMetadata<TopicSubscription>()
                            orderby topic.PubsubName, topic.Name
                            select (topic, Route: RouteOf(endpoint));
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartArray();
        foreach (var (topic, route) in subscriptions)
        {
            // Member names as the official SDK writes them: Dapr reads them in any case.
            json.WriteStartObject();
            json.WriteString("topic"u8, topic.Name);
            json.WriteString("pubsubName"u8, topic.PubsubName);
            json.WriteString("route"u8, route);
            if (topic.Metadata.Count > 0)
            {
                json.WriteStartObject("metadata"u8);
                foreach (var (name, value) in topic.Metadata)
                    json.WriteString(name, value);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static string RouteOf(RouteEndpoint endpoint) => endpoint.RoutePattern is { Parameters.Count: 0, RawText: { } text }
        ? text.TrimStart('/')
        : throw new InvalidOperationException($"'{endpoint.DisplayName}' has a topic and route parameters, which Dapr can't fill.");
}
