using DaprMemory.Service.Telemetry;
namespace DaprMemory.Service.Requests;

/// <summary>Maps operations to routes below a space.</summary>
internal static class SpaceEndpointExtensions
{
    /// <summary>Maps an operation; its dependencies come from the container, once.</summary>
    public static IEndpointConventionBuilder MapOperation<TOperation>(this IEndpointRouteBuilder endpoints, string method, string pattern)
        where TOperation : ISpaceOperation
    {
        var endpoint = new SpaceEndpoint(
            ActivatorUtilities.CreateInstance<TOperation>(endpoints.ServiceProvider),
            endpoints.ServiceProvider.GetRequiredService<ServiceInstruments>());
        return endpoints.MapMethods(pattern, [method], endpoint.InvokeAsync);
    }
}
