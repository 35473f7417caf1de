using DaprMemory.LocalSidecar.Http;

namespace DaprMemory.LocalSidecar.Faults;

/// <summary>What happens to one request or delivery: all delays, and at most one of the other effects.</summary>
internal readonly record struct FaultPlan(TimeSpan Delay, FaultEffect? Effect, TimeProvider? Time)
{
    /// <summary>How long an event is kept back when no other comes.</summary>
    public TimeSpan HoldLimit { get; init; }

    /// <summary>Carries out what comes before the request; true: the request ends here.</summary>
    public async ValueTask<bool> StopsBeforeAsync(HttpContext context, DaprError failure)
    {
        if (Delay > TimeSpan.Zero)
            await Task.Delay(Delay, Time!, context.RequestAborted);
        return await StopsAsync(context, failure, FaultEffect.FailBefore, FaultEffect.DropBefore);
    }

    /// <summary>Carries out what comes between the request's effect and its answer; true: there is no other answer.</summary>
    public ValueTask<bool> StopsAfterAsync(HttpContext context, DaprError failure) =>
        StopsAsync(context, failure, FaultEffect.FailAfter, FaultEffect.DropAfter);

    async ValueTask<bool> StopsAsync(HttpContext context, DaprError failure, FaultEffect fail, FaultEffect drop)
    {
        if (Effect == drop)
            context.Abort();
        else if (Effect == fail)
            await (failure with { Message = failure.Message + "injected fault" }).WriteAsync(context);
        else
            return false;
        return true;
    }
}
