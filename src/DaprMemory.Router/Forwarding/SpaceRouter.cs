using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Router.Configuration;
using DaprMemory.Router.Ring;
using DaprMemory.Router.Shards;
using DaprMemory.Router.Telemetry;

namespace DaprMemory.Router.Forwarding;

/// <summary>
/// Sends each request to the shard that owns its space, or an eventual read to a nearer one, and on along the ring while there is no
/// answer; once more, and in little time, if the answer is that the store can't be reached. The end of YARP's pipeline.
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

    // A second shard may have to open the space first.
    static readonly TimeSpan LeastRetry = TimeSpan.FromMilliseconds(100);

    public Task InvokeAsync(HttpContext context)
    {
        var values = context.Request.RouteValues;
        var tenant = (string)values["tenant"]!;
        if (Names.CheckTenant(tenant) is { } tenantRule)
            return ProblemWriter.WriteAsync(context, Problem.Invalid(ProblemTypes.InvalidTenant, tenantRule));
        // A page that is about the tenant is made of its directory.
        if (values["space"] is not string name)
            return RouteAsync(context, SpaceDirectory.Of(tenant));
        var space = new SpaceId(tenant, name);
        if (Names.CheckSpace(space.Name) is { } spaceRule)
            return ProblemWriter.WriteAsync(context, Problem.Invalid(ProblemTypes.InvalidSpace, spaceRule));
        return RouteAsync(context, space);
    }

    async Task RouteAsync(HttpContext context, SpaceId space)
    {
        var started = time.GetTimestamp();
        var options = configuration.Current;
        var table = directory.Current;
        var traits = RequestTraits.Of(context.Request);
        PrepareHeaders(context, traits.IsWrite);
        using var body = await ReplayBody.TakeAsync(context);

        var place = HashRing.Hash(space.RingKey);
        var zone = options.Tenants.TryGetValue(space.Tenant, out var tenant) ? tenant.Zone : null;
        var (timeLimit, leastTimeout) = (options.TotalTimeout, LeastTimeout);
        var isSent = false;
        List<Shard>? tried = null;
        var outcome = default(AttemptOutcome);
        UnavailableAnswer? unavailable = null;
        while (Choose(table, place, zone, tried, traits) is { } shard)
        {
            var timeLeft = timeLimit - time.GetElapsedTime(started);
            // A shard that seems to be down will hardly reach the store that another one does not.
            if (timeLeft < leastTimeout || (unavailable is not null && !shard.IsAvailable))
                break;
            if (tried is [.., var last])
                HandOn(last, outcome);
            body?.Rewind();
            if (traits.IsWrite && (isSent || unavailable is { IsUnknown: true }))
                MarkRepeat(context.Request.Headers);
            var timeout = timeLeft < options.AttemptTimeout ? timeLeft : options.AttemptTimeout;
            (outcome, var said) = await SendAsync(context, table, shard, timeout, isRetry: unavailable is not null, traits.IsWrite);
            if (outcome is not (AttemptOutcome.Refused or AttemptOutcome.Unanswered or AttemptOutcome.Unavailable))
            {
                if (outcome == AttemptOutcome.Answered && !Attempt.IsEventStream(context.Response))
                    RouterInstruments.Answered(shard.Id, time.GetElapsedTime(started));
                return;
            }
            isSent |= outcome == AttemptOutcome.Unanswered;
            (tried ??= []).Add(shard);
            // What YARP made of the failure: a status and perhaps headers, and no more than that.
            context.Response.Clear();
            if (said is null)
                continue;
            if (unavailable is not null)
            {
                // The first answer counts, unless the second knows less of what became of a write.
                if (said.IsUnknown && !unavailable.IsUnknown)
                    unavailable = said;
                break;
            }
            unavailable = said;
            (timeLimit, leastTimeout) = (options.RetryWithin < timeLimit ? options.RetryWithin : timeLimit, LeastRetry);
        }

        // What a shard says of a write is not the whole truth if another one may have done it.
        if (unavailable is not null && (!traits.IsWrite || !isSent || unavailable.IsUnknown))
        {
            await unavailable.WriteAsync(context);
            return;
        }
        RouterInstruments.NobodyAnswered();
        LogNobodyAnswered(tried?.Count ?? 0, isSent);
        var detail = unavailable is null ? "no shard answered" : "no shard gave a definite answer";
        await ProblemWriter.WriteAsync(context, Problem.Unavailable(detail, traits.IsWrite ? isSent ? "unknown" : "none" : null));
    }

    static Shard? Choose(ShardTable table, ulong place, string? zone, List<Shard>? tried, RequestTraits traits)
    {
        var shard = table.Choose(place, zone, tried);
        // A drained shard that was chosen all the same is being probed.
        var isBound = !traits.IsEventual || tried is not null || shard is not { IsNear: false, IsDrained: false };
        if (isBound || table.ChooseNear(place) is not { } near)
            return shard;
        RouterInstruments.SentElsewhere(near.Id);
        return near;
    }

    async ValueTask<(AttemptOutcome Outcome, UnavailableAnswer? Said)> SendAsync(
        HttpContext context, ShardTable table, Shard shard, TimeSpan timeout, bool isRetry, bool isWrite)
    {
        AttemptOutcome outcome;
        UnavailableAnswer? said;
        var attempt = attempts.Get();
        shard.CountRequest();
        try
        {
            outcome = await attempt.SendAsync(context, table.Cluster.Model, shard, timeout);
            said = attempt.Unavailable;
        }
        finally
        {
            shard.CountEnd();
            attempts.Return(attempt);
        }
        RouterInstruments.Attempted(shard.Id, outcome);
        if (outcome == AttemptOutcome.Answered)
            health.Answered(table, shard, isStored: isWrite && context.Response.StatusCode < StatusCodes.Status400BadRequest);
        else if (outcome == AttemptOutcome.Unavailable)
            health.Unavailable(table, shard);
        // A retry has little time, and a shard that would need more is not ill.
        else if (outcome == AttemptOutcome.Refused || (outcome != AttemptOutcome.Abandoned && !isRetry))
            health.Unanswered(table, shard, isRefused: outcome == AttemptOutcome.Refused);
        return (outcome, said);
    }

    void HandOn(Shard shard, AttemptOutcome outcome)
    {
        shard.CountFailover();
        RouterInstruments.FailedOver(shard.Id, outcome);
        LogFailedOver(shard.Id, outcome);
    }

    static void PrepareHeaders(HttpContext context, bool isWrite)
    {
        var headers = context.Request.Headers;
        // What a client says of these would be believed behind the router: which app the sidecar calls, and who calls.
        foreach (var name in SidecarHeaders.NotForClients)
            headers.Remove(name);
        if (context.GetCaller().AppId is { } app)
            headers[MemoryHeaders.CallerApp] = app;
        if (isWrite && !headers.ContainsKey(MemoryHeaders.IdempotencyKey))
            headers[MemoryHeaders.IdempotencyKey] = Guid.NewGuid().ToString("N");
    }

    /// <summary>Tells the next shard that the one before may be at it still. A client's own number, which says the same, stays.</summary>
    static void MarkRepeat(IHeaderDictionary headers)
    {
        if (headers[MemoryHeaders.Attempt] is [] or ["1"])
            headers[MemoryHeaders.Attempt] = "2";
    }

    [LoggerMessage(1, LogLevel.Debug, "{Shard} did not answer: {Outcome}; the next shard gets the request", EventName = "FailedOver")]
    partial void LogFailedOver(string shard, AttemptOutcome outcome);

    [LoggerMessage(2, LogLevel.Warning, "No shard answered a request; {Tried} were tried (sent: {IsSent})", EventName = "NobodyAnswered")]
    partial void LogNobodyAnswered(int tried, bool isSent);
}
