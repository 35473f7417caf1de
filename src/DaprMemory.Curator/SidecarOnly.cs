using DaprMemory.Hosting.Identity;

namespace DaprMemory.Curator;

/// <summary>Keeps endpoints for the sidecar.</summary>
internal static class SidecarOnly
{
    /// <summary>Answers 401 to whoever is not this service's own sidecar.</summary>
    public static TBuilder ForSidecar<TBuilder>(this TBuilder endpoints, AppToken token)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Add(endpoint =>
        {
            var serve = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context =>
            {
                if (token.Admits(context.Request))
                    return serve(context);
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return Task.CompletedTask;
            };
        });
        return endpoints;
    }
}
