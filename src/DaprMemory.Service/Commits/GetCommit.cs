using System.Globalization;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Commits;

/// <summary><c>GET commits/{n}</c>: one commit as it stands in the log.</summary>
internal sealed class GetCommit(SpaceGate gate) : ISpaceOperation
{
    /// <summary>The route parameter that has the commit's number.</summary>
    public const string Parameter = "n";

    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        var (request, response) = (context.Request, context.Response);
        var (space, view, level, problem) = await gate.EnterAsync(context, call);
        if (problem is not null)
            return problem;
        if (!long.TryParse((string)request.RouteValues[Parameter]!, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            return Problem.NotFound("no such commit");
        // A commit never changes, so one from behind this node's view is no less consistent.
        if (number > view.Version && await space.ReachAsync(ConsistencyLevel.Strong, 0, context.RequestAborted) is { } newer)
        {
            view = newer;
            ConsistencyHeaders.Write(response, call, level, view.Version, view.Dependencies);
        }
        if (number > view.Version || await space.ReadCommitsAsync(number - 1, 1, context.RequestAborted) is not [var commit, ..])
            return Problem.NotFound("no such commit");
        ConsistencyHeaders.WriteSource(response, ValueSource.Store);
        response.ContentType = JsonAnswer.ContentType;
        response.ContentLength = commit.Json.Length;
        await response.BodyWriter.WriteAsync(commit.Json, context.RequestAborted);
        return null;
    }
}
