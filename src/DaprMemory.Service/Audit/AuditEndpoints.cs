using DaprMemory.Hosting.Identity;
using DaprMemory.Service.Commits;
using DaprMemory.Service.Documentation;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Audit;

/// <summary>The routes of the audit.</summary>
internal static class AuditEndpoints
{
    const string Root = $"/v1/{{{SpaceCall.TenantParameter}}}/audit";

    /// <summary>Maps them. A space of the name <c>audit</c> stays reachable: nothing about a space is called as these.</summary>
    public static void MapAudit(this IEndpointRouteBuilder endpoints)
    {
        var audit = ActivatorUtilities.CreateInstance<GetAudit>(endpoints.ServiceProvider);
        endpoints.MapMethods(Root, [HttpMethods.Get], audit.InvokeAsync)
            .WithAccess(EndpointAccess.Admin)
            .Describe(new("getAudit", "Tells who did what, in all spaces of the tenant: never values.")
            {
                IsOfTenant = true,
                Parameters = AuditParameters.All,
                Answers = [new(StatusCodes.Status200OK, "A page; it may be empty though there is a next one.", typeof(AuditList))],
            });
        var keys = ActivatorUtilities.CreateInstance<GetAuditKeys>(endpoints.ServiceProvider);
        endpoints.MapMethods($"{Root}/keys", [HttpMethods.Get], keys.InvokeAsync)
            .WithAccess(EndpointAccess.Read)
            .Describe(new("getAuditKeys", "Gives the public keys that commits verify with, as a JSON Web Key Set.")
            {
                IsOfTenant = true,
                Answers = [new(StatusCodes.Status200OK, "The keys, that in use among them; none if commits are not signed.", typeof(object))],
            });
        var reads = ActivatorUtilities.CreateInstance<ListReadCommits>(endpoints.ServiceProvider);
        endpoints.MapMethods($"{Root}/reads", [HttpMethods.Get], reads.InvokeAsync)
            .WithAccess(EndpointAccess.Admin)
            .Describe(new("listReadCommits", "Reads the log of what was read, from any version on, to be kept and verified elsewhere.")
            {
                IsOfTenant = true,
                Parameters = [Parameters.AfterCommit, Parameters.Limit(ListCommits.MaxLimit, ListCommits.DefaultLimit)],
                Answers = [new(StatusCodes.Status200OK, "Commits in order; fewer than the limit when they are large.", typeof(CommitList))],
            });
    }
}
