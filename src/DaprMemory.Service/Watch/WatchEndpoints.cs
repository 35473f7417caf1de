using DaprMemory.Service.Documentation;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Watch;

/// <summary>The route of watching.</summary>
internal static class WatchEndpoints
{
    /// <summary>Maps it below a space.</summary>
    public static void MapWatch(this IEndpointRouteBuilder space) =>
        space.MapStream<WatchSpace>(HttpMethods.Get, "watch").Describe(new("watch", "Tells of commits as they are made, as server-sent events.")
        {
            Parameters = [Parameters.AfterVersion, Parameters.ChangedPrefix, Parameters.LastEventId],
            Answers = [new(StatusCodes.Status200OK, "Events named commit, each with a commit as its data and the commit's number as its id.", typeof(string))
            {
                ContentType = EventText.ContentType,
            }],
        });
}
