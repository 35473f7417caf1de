using DaprMemory.Hosting.Problems;

namespace DaprMemory.Service.Requests;

/// <summary>One call of the HTTP API on a space.</summary>
internal interface ISpaceOperation
{
    /// <summary>Answers the request, or gives the problem to answer it with.</summary>
    ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call);
}
