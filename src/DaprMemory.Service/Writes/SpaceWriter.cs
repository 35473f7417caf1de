using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Writes;

/// <summary>Commits what a request wants to change.</summary>
internal sealed class SpaceWriter(SpaceGate gate, WriterDependencies dependencies)
{
    /// <summary>Commits the mutations as one entry.</summary>
    /// <param name="context">The request.</param>
    /// <param name="call">What it says.</param>
    /// <param name="body">Its body.</param>
    /// <param name="mutations">The mutations.</param>
    /// <param name="isTransaction">Whether its refusals name the mutation.</param>
    /// <param name="write">Commits the request in a way of its own; null: as it is.</param>
    /// <returns>What was committed; or the problem, with nothing written unless it says otherwise.</returns>
    public async ValueTask<(WriteOutcome.Committed? Committed, Problem? Problem)> WriteAsync(
        HttpContext context, SpaceCall call, ReadOnlyMemory<byte> body, IReadOnlyList<Mutation> mutations, bool isTransaction = false,
        Func<Space, WriteRequest, Task<WriteOutcome>>? write = null)
    {
        if (IdempotencyKey.TryRead(context.Request.Headers, out var requestId) is { } invalid)
            return (null, invalid);
        if (IdempotencyKey.TryReadIsRepeat(context.Request.Headers, out var isRepeat) is { } invalidAttempt)
            return (null, invalidAttempt);
        var caller = context.GetCaller();
        var digest = RequestDigest.Compute(context.Request, caller.Agent, body.Span);
        var request = new WriteRequest(caller.Agent, requestId, digest, mutations, IsRepeat: isRepeat, Via: caller.Via);
        SpaceGate.Entered entered = default;
        WriteOutcome outcome;
        try
        {
            entered = await gate.EnterAsync(context, call, [.. mutations.Select(mutation => mutation.Key)]);
            var (space, view, _, problem) = entered;
            if (problem is not null)
                return (null, problem);
            (var seen, problem) = await dependencies.FindAsync(call, view, context.RequestAborted);
            if (problem is not null)
                return (null, problem);
            // An ETag tells what its client has seen, just as a token does: don't refuse it before having looked as far.
            if (NewestMatch(mutations) > view.Version)
                await space.ReachAsync(ConsistencyLevel.Strong, 0, context.RequestAborted);
            request = request with { Dependencies = seen };
            outcome = await (write?.Invoke(space, request) ?? space.WriteAsync(request, context.RequestAborted));
        }
        catch (StoreUnavailableException)
        {
            outcome = new WriteOutcome.Unavailable(OutcomeUnknown: false);
        }
        if (outcome.ServedVersion() is { } version)
            ConsistencyHeaders.Write(context.Response, call, entered.Level, version, entered.Space.View.Dependencies);
        if (outcome is WriteOutcome.Committed)
            ConsistencyHeaders.WriteSource(context.Response, ValueSource.Store);
        return (outcome as WriteOutcome.Committed, outcome.ToProblem(isTransaction));
    }

    /// <summary>Answers a request that deletes a record.</summary>
    public async ValueTask<Problem?> DeleteAsync(HttpContext context, SpaceCall call, RecordKey key)
    {
        if (Preconditions.TryRead(context.Request.Headers, out var precondition) is { } invalid)
            return invalid;
        var (committed, problem) = await WriteAsync(context, call, default, [new Mutation(key, MutationKind.Delete, Precondition: precondition)]);
        if (committed is null)
            return problem;
        context.Response.Headers.ETag = committed.Place!.Value.ToHeader();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }

    static long NewestMatch(IReadOnlyList<Mutation> mutations)
    {
        long newest = 0;
        foreach (var mutation in mutations)
        {
            foreach (var etag in mutation.Precondition.Matches ?? [])
                newest = Math.Max(newest, etag.Commit);
        }
        return newest;
    }
}
