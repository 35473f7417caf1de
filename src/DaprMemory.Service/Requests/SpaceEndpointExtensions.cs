using DaprMemory.Hosting.Identity;
using DaprMemory.Service.Audit;
using DaprMemory.Service.Telemetry;

namespace DaprMemory.Service.Requests;

/// <summary>Maps operations to routes below a space.</summary>
internal static class SpaceEndpointExtensions
{
    /// <summary>Maps an operation that reads; its dependencies come from the container, once.</summary>
    public static IEndpointConventionBuilder MapRead<TOperation>(this IEndpointRouteBuilder endpoints, string method, string pattern)
        where TOperation : ISpaceOperation => endpoints.MapOperation<TOperation>(method, pattern, CallKind.Read);

    /// <summary>Maps an operation that changes something.</summary>
    public static IEndpointConventionBuilder MapWrite<TOperation>(this IEndpointRouteBuilder endpoints, string method, string pattern)
        where TOperation : ISpaceOperation => endpoints.MapOperation<TOperation>(method, pattern, CallKind.Write);

    /// <summary>Maps an operation that reads on and on.</summary>
    public static IEndpointConventionBuilder MapStream<TOperation>(this IEndpointRouteBuilder endpoints, string method, string pattern)
        where TOperation : ISpaceOperation => endpoints.MapOperation<TOperation>(method, pattern, CallKind.Stream);

    static IEndpointConventionBuilder MapOperation<TOperation>(this IEndpointRouteBuilder endpoints, string method, string pattern, CallKind kind)
        where TOperation : ISpaceOperation
    {
        var endpoint = new SpaceEndpoint(
            ActivatorUtilities.CreateInstance<TOperation>(endpoints.ServiceProvider),
            kind,
            endpoints.ServiceProvider.GetRequiredService<ServiceInstruments>(),
            endpoints.ServiceProvider.GetRequiredService<ReadAudit>());
        return endpoints.MapMethods(pattern, [method], endpoint.InvokeAsync)
            .WithAccess(kind == CallKind.Write ? EndpointAccess.Write : EndpointAccess.Read);
    }
}
