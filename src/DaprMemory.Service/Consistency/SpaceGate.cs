using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Consistency;

/// <summary>Opens the space of a call and brings it to where the call's level and token want it.</summary>
internal sealed class SpaceGate(SpaceRegistry registry)
{
    /// <summary>Gives the space and a view that keeps the promise, and says in the answer's headers what it is.</summary>
    /// <param name="context">The request.</param>
    /// <param name="call">What it says.</param>
    /// <param name="at">A version to look back to instead.</param>
    public async ValueTask<Entered> EnterAsync(HttpContext context, SpaceCall call, long? at = null)
    {
        var space = await registry.OpenAsync(call.Id, context.RequestAborted);
        var view = await space.ReachAsync(call.Level, call.Token.Seen, context.RequestAborted);
        if (view is null)
            return new Entered(space, view!, Problem.Invalid(
                ProblemTypes.InvalidToken, "a token names versions that exist", $"{MemoryHeaders.Token} names a version that this space does not have"));
        if (at is { } version && version != view.Version)
        {
            if (await space.ViewAtAsync(version, context.RequestAborted) is not { } past)
            {
                ConsistencyHeaders.Write(context.Response, call, view.Version);
                return new Entered(space, view, Problem.NotFound("the space has no such version yet"));
            }
            view = past;
        }
        ConsistencyHeaders.Write(context.Response, call, view.Version);
        return new Entered(space, view, null);
    }

    /// <summary>The space and the view to serve, or why there is none.</summary>
    public readonly record struct Entered(Space Space, View View, Problem? Problem);
}
