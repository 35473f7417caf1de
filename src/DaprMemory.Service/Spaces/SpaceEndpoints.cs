using DaprMemory.Hosting.Identity;
using DaprMemory.Service.Documentation;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Spaces;

/// <summary>The routes that are about a tenant's spaces.</summary>
internal static class SpaceEndpoints
{
    /// <summary>Maps them. A space of the name that the last segment is stays reachable: all that is about a space has a segment more.</summary>
    public static void MapSpaces(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapTenantRead<ListSpaces>("spaces", EndpointAccess.Read)
            .Describe(new("listSpaces", "Lists the spaces of the tenant, in ordinal order of their names.")
            {
                IsOfTenant = true,
                Parameters = [Parameters.AfterSpace, Parameters.Limit(ListSpaces.MaxLimit, ListSpaces.DefaultLimit)],
                Answers = [new(StatusCodes.Status200OK, "A page of spaces.", typeof(SpaceList))],
            });
    }
}
