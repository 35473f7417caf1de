using DaprMemory.Core.Log;
using DaprMemory.Core.Sessions;
using DaprMemory.Core.State;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Writes;

namespace DaprMemory.Service.Sessions;

/// <summary><c>POST sessions/{session}/turns</c>: adds turns to a session, and begins it if there is none.</summary>
internal sealed class AppendTurns(
    SpaceGate gate, WriterDependencies dependencies, SessionRegistry sessions, SessionRetentions retentions, TimeProvider time) : ISpaceOperation
{
    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        var (request, response) = (context.Request, context.Response);
        if (SessionName.TryRead(request, out var name) is { } invalidName)
            return invalidName;
        if (IdempotencyKey.TryRead(request.Headers, out var requestId) is { } invalidKey)
            return invalidKey;
        var query = new QueryArguments(request);
        var retention = query.Number("retention", SessionsOptions.MinRetentionSeconds, SessionsOptions.MaxRetentionSeconds);
        if (query.Problem is not null)
            return query.Problem;
        var (body, refused) = await RequestBody.ReadAsync(request, SessionsOptions.MaxRequestBytes);
        if (refused is not null)
            return refused;
        if (JsonText.Check(body.Span, TurnsReader.MaxDepth) is { } wrong)
            return Problem.InvalidJson(wrong);
        var caller = context.GetCaller();
        var agent = caller.Agent;
        if (TurnsReader.TryRead(body, agent, time.GetUtcNow(), out var turns) is { } invalid)
            return invalid;

        var append = new AppendRequest(
            agent,
            requestId,
            RequestDigest.Compute(request, agent, body.Span),
            turns,
            retention is { } seconds ? TimeSpan.FromSeconds(seconds) : retentions.Of(call.Id.Tenant),
            IsRetentionDemanded: retention is not null,
            Via: caller.Via);
        SpaceGate.Entered entered = default;
        AppendOutcome outcome;
        try
        {
            entered = await gate.EnterAsync(context, call, [new RecordKey(RecordKind.Session, name)]);
            if (entered.Problem is not null)
                return entered.Problem;
            var (seen, problem) = await dependencies.FindAsync(call, entered.View, context.RequestAborted);
            if (problem is not null)
                return problem;
            outcome = await sessions.AppendAsync(entered.Space, name, append with { Dependencies = seen }, context.RequestAborted);
        }
        catch (StoreUnavailableException)
        {
            outcome = new AppendOutcome.Unavailable(OutcomeUnknown: false);
        }
        if (outcome is not AppendOutcome.Appended appended)
            return ToProblem(outcome);
        var view = entered.Space.View;
        ConsistencyHeaders.Write(response, call, entered.Level, view.Version, view.Dependencies);
        ConsistencyHeaders.WriteSource(response, ValueSource.Hot);
        await JsonAnswer.WriteAsync(
            response,
            StatusCodes.Status201Created,
            new AppendAnswer(name, appended.First, appended.Last, view.Version),
            ServiceJsonContext.Default.AppendAnswer);
        return null;
    }

    static Problem ToProblem(AppendOutcome outcome) => outcome switch
    {
        AppendOutcome.IdempotencyMismatch => Problem.IdempotencyMismatch(),
        AppendOutcome.RetentionDiffers differs => Problem.Invalid(
            ProblemTypes.InvalidQuery, $"a session's retention is that with which it began, {(long)differs.Retention.TotalSeconds} seconds", "retention"),
        AppendOutcome.TooLarge large => Problem.ValueTooLarge(large.LimitBytes, "the turns of one append, as the store keeps them"),
        AppendOutcome.Unavailable { OutcomeUnknown: true } => Problem.Unavailable("the store gave no definite answer in time", "unknown"),
        AppendOutcome.Unavailable => Problem.Unavailable("the store gives no answer", "none"),
        _ => throw new InvalidOperationException($"{outcome.GetType().Name} is not mapped."),
    };
}
