using DaprMemory.Hosting.Problems;

namespace DaprMemory.Service.Requests;

/// <summary>One call of the HTTP API that reads something of a tenant as a whole, always at level <c>strong</c>.</summary>
internal interface ITenantOperation
{
    /// <summary>Answers the request, or gives the problem to answer it with.</summary>
    ValueTask<Problem?> AnswerAsync(HttpContext context, string tenant);
}
