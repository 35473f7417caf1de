using DaprMemory.Hosting.Identity;
using DaprMemory.Service.Audit;
using DaprMemory.Service.Telemetry;

namespace DaprMemory.Service.Requests;

/// <summary>Maps operations to routes below a space, or a tenant.</summary>
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

    /// <summary>Maps an operation that reads something of a tenant as a whole.</summary>
    public static IEndpointConventionBuilder MapTenantRead<TOperation>(this IEndpointRouteBuilder endpoints, string pattern, EndpointAccess access)
        where TOperation : ITenantOperation
    {
        var endpoint = new TenantEndpoint(
            ActivatorUtilities.CreateInstance<TOperation>(endpoints.ServiceProvider),
            endpoints.ServiceProvider.GetRequiredService<ServiceInstruments>(),
            endpoints.ServiceProvider.GetRequiredService<ReadAudit>());
        return endpoints.MapMethods($"/v1/{{{SpaceCall.TenantParameter}}}/{pattern}", [HttpMethods.Get], endpoint.InvokeAsync).WithAccess(access);
    }

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
