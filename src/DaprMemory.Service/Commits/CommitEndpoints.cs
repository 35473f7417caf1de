using DaprMemory.Service.Documentation;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Commits;

/// <summary>The routes of commits.</summary>
internal static class CommitEndpoints
{
    /// <summary>Maps them below a space.</summary>
    public static void MapCommits(this IEndpointRouteBuilder space)
    {
        space.MapRead<ListCommits>(HttpMethods.Get, "commits").Describe(new("listCommits", "Reads the log from any version on.")
        {
            Parameters = [Parameters.AfterCommit, Parameters.Limit(ListCommits.MaxLimit, ListCommits.DefaultLimit)],
            Answers = [new(StatusCodes.Status200OK, "Commits in order; fewer than the limit when they are large.", typeof(CommitList))],
        });
        space.MapRead<GetCommit>(HttpMethods.Get, $"commits/{{{GetCommit.Parameter}}}").Describe(new("getCommit", "Reads one commit.")
        {
            Parameters = [Parameters.CommitNumber],
            Answers = [new(StatusCodes.Status200OK, "The commit as it stands in the log.", typeof(object))],
        });
    }
}
