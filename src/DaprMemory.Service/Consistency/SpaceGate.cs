using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Audit;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Telemetry;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Consistency;

/// <summary>Opens the space of a call and brings it to where the call's level and token, and the tenant's policy, want it.</summary>
internal sealed class SpaceGate(
    SpaceRegistry registry, TagPolicies policies, IOptions<SpaceOptions> options, ServiceInstruments instruments, ReadAudit reads)
{
    /// <summary>Gives the space and a view that keeps the promise, and says in the answer's headers what it is.</summary>
    /// <param name="context">The request.</param>
    /// <param name="call">What it says.</param>
    /// <param name="keys">The records it is about, whose tags may have a policy; null when it is about none, or all.</param>
    /// <param name="at">A version to look back to instead.</param>
    /// <exception cref="StoreUnavailableException">The level can't be met now.</exception>
    public async ValueTask<Entered> EnterAsync(HttpContext context, SpaceCall call, IReadOnlyList<RecordKey>? keys = null, long? at = null)
    {
        var level = call.Level;
        if (keys is not null)
            reads.Name(context, call.Id.Tenant, keys);
        try
        {
            var space = await registry.OpenAsync(call.Id, context.RequestAborted);
            level = LevelOf(call, space.View, keys);
            var view = await space.ReachAsync(level, call.Token.Seen, context.RequestAborted);
            // What is newer may have tags that demand more.
            while (view is not null && LevelOf(call, view, keys) is var more && more > level)
                view = await space.ReachAsync(level = more, call.Token.Seen, context.RequestAborted);
            if (view is null)
                return new Entered(space, view!, level, Problem.Invalid(
                    ProblemTypes.InvalidToken, "a token names versions that exist", $"{MemoryHeaders.Token} names a version that this space does not have"));
            WriteStaleness(context.Response, level, space);
            Problem? problem = null;
            if (at is { } version && version != view.Version)
            {
                if (await space.ViewAtAsync(version, context.RequestAborted) is { } past)
                    view = past;
                else
                    problem = Problem.NotFound("the space has no such version yet");
            }
            ConsistencyHeaders.Write(context.Response, call, level, view.Version, view.Dependencies);
            ConsistencyHeaders.WriteSource(context.Response, ValueSource.Cache);
            return new Entered(space, view, level, problem);
        }
        catch (StoreUnavailableException)
        {
            instruments.RecordMiss(level);
            throw;
        }
    }

    /// <summary>The level to serve: what was asked for, or more.</summary>
    ConsistencyLevel LevelOf(in SpaceCall call, View view, IReadOnlyList<RecordKey>? keys)
    {
        var policy = keys is null ? null : policies.LevelOf(call.Id.Tenant, view, keys);
        var level = call.Asked is { } asked
            ? policy > asked ? policy.Value : asked
            : policy ?? call.Level;
        return call.Token.Suffices(level) ? level : ConsistencyLevel.Strong;
    }

    void WriteStaleness(HttpResponse response, ConsistencyLevel level, Space space)
    {
        if (level == ConsistencyLevel.Strong)
            return;
        var staleness = space.Staleness;
        if (level == ConsistencyLevel.Eventual)
            instruments.RecordStaleness(staleness);
        if (level == ConsistencyLevel.Eventual || staleness > options.Value.MaxStaleness)
            ConsistencyHeaders.WriteStaleness(response, staleness);
    }

    /// <summary>The space and the view to serve and at which level, or why there is none.</summary>
    public readonly record struct Entered(Space Space, View View, ConsistencyLevel Level, Problem? Problem);
}
