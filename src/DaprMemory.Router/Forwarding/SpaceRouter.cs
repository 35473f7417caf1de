using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Router.Configuration;
using DaprMemory.Router.Ring;
using DaprMemory.Router.Shards;
using DaprMemory.Router.Telemetry;

namespace DaprMemory.Router.Forwarding;

/// <summary>
/// Sends each request to the shard that owns its space, and on along the ring while there is no answer. The end of YARP's pipeline.
/// Repeating is safe: reads change nothing, and every other request carries an idempotency key.
/// </summary>
internal sealed partial class SpaceRouter(
    ShardDirectory directory,
    ShardHealth health,
    AttemptPool attempts,
    RouterConfigProvider configuration,
    TimeProvider time,
    ILogger<SpaceRouter> logger)
{
    // What is left of the total after timers that fire a little early; no shard would answer in it.
    static readonly TimeSpan LeastTimeout = TimeSpan.FromMilliseconds(10);

    public Task InvokeAsync(HttpContext context)
    {
        var values = context.Request.RouteValues;
        var space = new SpaceId((string)values["tenant"]!, (string)values["space"]!);
        if (Names.CheckTenant(space.Tenant) is { } tenantRule)
            return ProblemWriter.WriteAsync(context, Problem.Invalid(ProblemTypes.InvalidTenant, tenantRule));
        if (Names.CheckSpace(space.Name) is { } spaceRule)
            return ProblemWriter.WriteAsync(context, Problem.Invalid(ProblemTypes.InvalidSpace, spaceRule));
        return RouteAsync(context, space);
    }

    async Task RouteAsync(HttpContext context, SpaceId space)
    {
        var started = time.GetTimestamp();
        var options = configuration.Current;
        var table = directory.Current;
        var isWrite = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);
        PrepareHeaders(context.Request.Headers, isWrite);
        using var body = await ReplayBody.TakeAsync(context);

        var place = HashRing.Hash(space.RingKey);
        var zone = options.Tenants.TryGetValue(space.Tenant, out var tenant) ? tenant.Zone : null;
        var isSent = false;
        List<Shard>? tried = null;
        while (table.Choose(place, zone, tried) is { } shard)
        {
            var timeLeft = options.TotalTimeout - time.GetElapsedTime(started);
            if (timeLeft < LeastTimeout)
                break;
            body?.Rewind();
            var timeout = timeLeft < options.AttemptTimeout ? timeLeft : options.AttemptTimeout;
            var outcome = await SendAsync(context, table, shard, timeout);
            if (outcome is not (AttemptOutcome.Refused or AttemptOutcome.Unanswered))
            {
                if (outcome == AttemptOutcome.Answered && !Attempt.IsEventStream(context.Response))
                    RouterInstruments.Answered(shard.Id, time.GetElapsedTime(started));
                return;
            }
            isSent |= outcome == AttemptOutcome.Unanswered;
            (tried ??= []).Add(shard);
            // What YARP made of the failure: a status, and no more than that.
            context.Response.Clear();
            RouterInstruments.FailedOver(shard.Id);
            LogFailedOver(shard.Id, outcome);
        }

        RouterInstruments.NobodyAnswered();
        LogNobodyAnswered(tried?.Count ?? 0, isSent);
        await ProblemWriter.WriteAsync(
            context, Problem.Unavailable("no shard answered", isWrite ? isSent ? "unknown" : "none" : null));
    }

    async ValueTask<AttemptOutcome> SendAsync(HttpContext context, ShardTable table, Shard shard, TimeSpan timeout)
    {
        AttemptOutcome outcome;
        var attempt = attempts.Get();
        try
        {
            outcome = await attempt.SendAsync(context, table.Cluster.Model, shard, timeout);
        }
        finally
        {
            attempts.Return(attempt);
        }
        RouterInstruments.Attempted(shard.Id, outcome);
        if (outcome == AttemptOutcome.Answered)
            health.Answered(table, shard);
        else if (outcome != AttemptOutcome.Abandoned)
            health.Unanswered(table, shard, isRefused: outcome == AttemptOutcome.Refused);
        return outcome;
    }

    static void PrepareHeaders(IHeaderDictionary headers, bool isWrite)
    {
        // A client must not choose the app that the sidecar calls; and the token is the one that our own sidecar gave us.
        headers.Remove(SidecarHeaders.AppId);
        headers.Remove(SidecarHeaders.ApiToken);
        if (isWrite && !headers.ContainsKey(MemoryHeaders.IdempotencyKey))
            headers[MemoryHeaders.IdempotencyKey] = Guid.NewGuid().ToString("N");
    }

    [LoggerMessage(1, LogLevel.Debug, "{Shard} did not answer: {Outcome}; the next shard gets the request", EventName = "FailedOver")]
    partial void LogFailedOver(string shard, AttemptOutcome outcome);

    [LoggerMessage(2, LogLevel.Warning, "No shard answered a request; {Tried} were tried (sent: {IsSent})", EventName = "NobodyAnswered")]
    partial void LogNobodyAnswered(int tried, bool isSent);
}
