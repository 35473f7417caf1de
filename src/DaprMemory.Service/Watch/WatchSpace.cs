using System.Globalization;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace DaprMemory.Service.Watch;

/// <summary><c>GET watch</c>: the log from any version on, and then each commit as it is made, as server-sent events.</summary>
internal sealed class WatchSpace(
    SpaceGate gate, CommitStreamFactory streams, IHostApplicationLifetime lifetime, TimeProvider time, ServiceInstruments instruments) : ISpaceOperation
{
    // What timers take; who watches that long begins anew once.
    static readonly TimeSpan MaxLife = TimeSpan.FromDays(49);

    /// <summary>The header by which a client that comes again tells the last event that it had.</summary>
    public const string LastEventId = "Last-Event-ID";

    /// <inheritdoc />
    public async ValueTask<Problem?> AnswerAsync(HttpContext context, SpaceCall call)
    {
        var (request, response) = (context.Request, context.Response);
        var query = new QueryArguments(request);
        var after = query.Number("after", 0, long.MaxValue);
        var prefix = query.KeyPrefix("prefix");
        if (query.Problem is not null)
            return query.Problem;
        if (request.Headers.TryGetValue(LastEventId, out var id))
        {
            if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var last))
                return Problem.Invalid(ProblemTypes.InvalidHeader, "an event's id is the number of a commit", LastEventId);
            after = last;
        }
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return Problem.Unavailable("the service is stopping");

        // "From now on" can't be told from a view that may be old.
        var (space, view, _, problem) = await gate.EnterAsync(context, after is null ? call with { Asked = ConsistencyLevel.Strong } : call);
        if (problem is not null)
            return problem;
        if (after > view.Version && await space.ReachAsync(ConsistencyLevel.Session, after.Value, context.RequestAborted) is null)
            return Problem.Invalid(ProblemTypes.InvalidQuery, "a watch begins behind a version that exists", "after");

        response.ContentType = EventText.ContentType;
        response.Headers.CacheControl = "no-store";
        // Proxies would hold back what is too short for their buffers.
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        using var expired = new CancellationTokenSource(LifeOf(context.GetCaller()), time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, expired.Token);
        instruments.CountWatcher(1);
        try
        {
            await streams.Create(call.Id, after ?? view.Version, prefix).WriteAsync(response.BodyWriter, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The client has left, or its token has expired, or the service stops and the client will go on elsewhere: the stream ends here.
        }
        finally
        {
            instruments.CountWatcher(-1);
        }
        return null;
    }

    /// <summary>How long a caller may listen: a stream must not outlive the token that opened it.</summary>
    TimeSpan LifeOf(Caller caller) =>
        caller.Expires - time.GetUtcNow() is { } left && left < MaxLife ? left > TimeSpan.Zero ? left : TimeSpan.Zero : MaxLife;
}
