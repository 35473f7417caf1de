using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Consistency;

namespace DaprMemory.Service.Requests;

/// <summary>What every call on a space says: which space, how consistent, and what the client has seen.</summary>
/// <param name="Id">The space.</param>
/// <param name="Asked">The level asked for; null when the client leaves it to the service.</param>
/// <param name="Token">What the client has seen.</param>
internal readonly record struct SpaceCall(SpaceId Id, ConsistencyLevel? Asked, MemoryToken Token)
{
    /// <summary>The route parameters.</summary>
    public const string TenantParameter = "tenant", SpaceParameter = "space";

    /// <summary>The level to give, unless a policy says otherwise.</summary>
    public ConsistencyLevel Level => Asked ?? ConsistencyLevel.Session;

    /// <summary>Reads path and headers.</summary>
    public static Problem? TryRead(HttpRequest request, out SpaceCall call)
    {
        call = default;
        var id = new SpaceId((string)request.RouteValues[TenantParameter]!, (string)request.RouteValues[SpaceParameter]!);
        if (Names.CheckTenant(id.Tenant) is { } tenantRule)
            return Problem.Invalid(ProblemTypes.InvalidTenant, tenantRule);
        if (Names.CheckSpace(id.Name) is { } spaceRule)
            return Problem.Invalid(ProblemTypes.InvalidSpace, spaceRule);
        if (id.Name.Contains('@', StringComparison.Ordinal))
            return Problem.NotFound("no such branch");
        if (!ConsistencyHeaders.TryReadLevel(request.Headers, out var level))
            return Problem.Invalid(ProblemTypes.InvalidHeader, ConsistencyHeaders.LevelRule, MemoryHeaders.Consistency);
        if (!MemoryToken.TryRead(request.Headers[MemoryHeaders.Token], id, out var token))
            return Problem.Invalid(ProblemTypes.InvalidToken, "a token is one that this tenant was given, unchanged", MemoryHeaders.Token);
        call = new SpaceCall(id, level, token);
        return null;
    }
}
