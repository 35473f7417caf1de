using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DaprMemory.Hosting.Identity;

/// <summary>Says and tells who may call endpoints.</summary>
public static class EndpointAccessExtensions
{
    /// <summary>Says who may call these endpoints.</summary>
    public static TBuilder WithAccess<TBuilder>(this TBuilder endpoints, EndpointAccess access) where TBuilder : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new Metadata(access));

    internal static EndpointAccess GetAccess(this Endpoint endpoint) => endpoint.Metadata.GetMetadata<Metadata>()?.Access ?? EndpointAccess.Admin;

    sealed record Metadata(EndpointAccess Access);
}
