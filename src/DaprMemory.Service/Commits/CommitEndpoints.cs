using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Commits;

/// <summary>The routes of commits.</summary>
internal static class CommitEndpoints
{
    /// <summary>Maps them below a space.</summary>
    public static void MapCommits(this IEndpointRouteBuilder space)
    {
        space.MapOperation<ListCommits>(HttpMethods.Get, "commits");
        space.MapOperation<GetCommit>(HttpMethods.Get, $"commits/{{{GetCommit.Parameter}}}");
    }
}
