using Microsoft.AspNetCore.Builder;

namespace Dapr.AspNetCore;

/// <summary>Several endpoints that get the same conventions.</summary>
internal sealed class EndpointConventions(IEndpointConventionBuilder[] endpoints) : IEndpointConventionBuilder
{
    public void Add(Action<EndpointBuilder> convention)
    {
        foreach (var endpoint in endpoints)
            endpoint.Add(convention);
    }
}
