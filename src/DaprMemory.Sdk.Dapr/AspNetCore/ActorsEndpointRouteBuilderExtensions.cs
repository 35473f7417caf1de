using System.Text.Json;
using Dapr.Actors.Runtime;
using Dapr.AspNetCore;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Lets Dapr call actors.</summary>
public static class ActorsEndpointRouteBuilderExtensions
{
    /// <summary>Maps what the sidecar calls: <c>GET /dapr/config</c>, and actors' methods, reminders and deactivation.</summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>The endpoints.</returns>
    public static IEndpointConventionBuilder MapActorsHandlers(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var runtime = endpoints.ServiceProvider.GetRequiredService<ActorRuntime>();
        const string Actor = "actors/{type}/{id}";
        return new EndpointConventions(
        [
            endpoints.MapGet("dapr/config", context => WriteConfigAsync(context, runtime)),
            endpoints.MapPut(Actor + "/method/{method}", Handle(runtime, async (context, type, id) =>
            {
                if (!await type.TryInvokeAsync(id, Value(context, "method")).ConfigureAwait(false))
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
            })),
            endpoints.MapPut(Actor + "/method/remind/{reminder}", Handle(runtime, async (context, type, id) =>
                await type.RemindAsync(id, Value(context, "reminder"), await ReadStateAsync(context).ConfigureAwait(false)).ConfigureAwait(false))),
            endpoints.MapDelete(Actor, Handle(runtime, async (_, type, id) => await type.DeactivateAsync(id).ConfigureAwait(false))),
        ]);
    }

    /// <summary>Answers 200, which is what the sidecar wants to see, unless something is missing or fails.</summary>
    static RequestDelegate Handle(ActorRuntime runtime, Func<HttpContext, HostedType, string, Task> handler) => context =>
    {
        if (runtime.Find(Value(context, "type")) is { } type)
            return handler(context, type, Value(context, "id"));
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    };

    static async Task WriteConfigAsync(HttpContext context, ActorRuntime runtime)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteStartArray("entities"u8);
        foreach (var name in runtime.TypeNames)
            json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteBoolean("drainRebalancedActors"u8, runtime.Options.DrainRebalancedActors);
        json.WriteEndObject();
    }

    /// <summary>What was registered with the reminder. The scheduler leaves out everything else.</summary>
    static async Task<byte[]> ReadStateAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted).ConfigureAwait(false);
        return body.RootElement.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.String ? data.GetBytesFromBase64() : [];
    }

    static string Value(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;
}
