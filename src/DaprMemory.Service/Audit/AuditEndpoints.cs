using DaprMemory.Hosting.Identity;
using DaprMemory.Service.Commits;
using DaprMemory.Service.Documentation;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Audit;

/// <summary>The routes of the audit.</summary>
internal static class AuditEndpoints
{
    /// <summary>Maps them. A space of the name <c>audit</c> stays reachable: nothing about a space is called as these.</summary>
    public static void MapAudit(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapTenantRead<GetAudit>("audit", EndpointAccess.Admin)
            .Describe(new("getAudit", "Tells who did what, in all spaces of the tenant: never values.")
            {
                IsOfTenant = true,
                Parameters = AuditParameters.All,
                Answers = [new(StatusCodes.Status200OK, "A page; it may be empty though there is a next one.", typeof(AuditList))],
            });
        endpoints.MapTenantRead<GetAuditKeys>("audit/keys", EndpointAccess.Read)
            .Describe(new("getAuditKeys", "Gives the public keys that commits verify with, as a JSON Web Key Set.")
            {
                IsOfTenant = true,
                Answers = [new(StatusCodes.Status200OK, "The keys, that in use among them; none if commits are not signed.", typeof(object))],
            });
        endpoints.MapTenantRead<ListReadCommits>("audit/reads", EndpointAccess.Admin)
            .Describe(new("listReadCommits", "Reads the log of what was read, from any version on, to be kept and verified elsewhere.")
            {
                IsOfTenant = true,
                Parameters = [Parameters.AfterCommit, Parameters.Limit(ListCommits.MaxLimit, ListCommits.DefaultLimit)],
                Answers = [new(StatusCodes.Status200OK, "Commits in order; fewer than the limit when they are large.", typeof(CommitList))],
            });
    }
}
