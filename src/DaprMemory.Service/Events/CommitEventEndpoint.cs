using System.Buffers;
using DaprMemory.Hosting.Identity;
using DaprMemory.Service.Requests;

namespace DaprMemory.Service.Events;

/// <summary>Takes the deliveries of commits' events. By its answers Dapr acknowledges, drops or repeats them.</summary>
internal sealed partial class CommitEventEndpoint(
    ICommitEventHandler handler,
    AppToken token,
    EventInstruments instruments,
    ILogger<CommitEventEndpoint> logger)
{
    // What Dapr publishes at most.
    const int MaxBodyBytes = 4 * 1024 * 1024;

    static ReadOnlySpan<byte> Drop => """{"status":"DROP"}"""u8;

    /// <summary>Takes one delivery.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var response = context.Response;
        if (!token.Admits(context.Request))
        {
            response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        var (body, problem) = await RequestBody.ReadAsync(context.Request, MaxBodyBytes);
        CommitEvent commit = default;
        if (problem is not null || !CommitEvent.TryRead(body.Span, out commit))
        {
            // Not a refusal: Dapr would repeat the delivery for ever.
            LogMalformed(commit.Id ?? "");
            instruments.RecordDropped();
            response.ContentType = JsonAnswer.ContentType;
            response.BodyWriter.Write(Drop);
            return;
        }
        try
        {
            await handler.HandleAsync(commit.Space, commit.Number, commit.Text, context.RequestAborted);
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested)
        {
            LogFailed(e, commit.Space, commit.Number);
            instruments.RecordFailed();
            response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }
        // The body stays empty: Dapr would look for a status in it.
        instruments.RecordApplied(commit.Time);
    }

    [LoggerMessage(1, LogLevel.Warning, "An event that is not the event of a commit is dropped: {EventId}", EventName = "EventMalformed")]
    partial void LogMalformed(string eventId);

    [LoggerMessage(2, LogLevel.Warning, "{Space}/{Number} could not be applied; it will be delivered again", EventName = "EventFailed")]
    partial void LogFailed(Exception exception, Core.Spaces.SpaceId space, long number);
}
