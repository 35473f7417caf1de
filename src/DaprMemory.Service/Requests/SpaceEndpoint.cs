using DaprMemory.Core.Log;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Audit;
using DaprMemory.Service.Telemetry;

namespace DaprMemory.Service.Requests;

/// <summary>Runs an operation behind a route: reads what all calls have in common, and answers refusals.</summary>
internal sealed class SpaceEndpoint(ISpaceOperation operation, CallKind kind, ServiceInstruments instruments, ReadAudit reads)
{
    /// <summary>Serves one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var started = instruments.Start();
        var problem = SpaceCall.TryRead(context.Request, out var call);
        var isAudited = problem is null && reads.Covers(call.Id.Tenant);
        // A stream tells what it tells from its first byte on, and its end may never come to be noted.
        if (isAudited && kind == CallKind.Stream)
            context.Response.OnStarting(() => NoteAsync(context, call));
        try
        {
            problem ??= await operation.AnswerAsync(context, call);
        }
        catch (StoreUnavailableException) when (kind == CallKind.Write)
        {
            // Becomes a 503 farther out.
            instruments.CountSuppressed();
            throw;
        }
        if (problem is not null)
            await ProblemWriter.WriteAsync(context, problem);
        if (isAudited && kind != CallKind.Stream)
            await NoteAsync(context, call);
        if (kind == CallKind.Write && problem?.Status == StatusCodes.Status503ServiceUnavailable)
            instruments.CountSuppressed();
        if (kind != CallKind.Stream)
            instruments.Record(started, kind, context.Response, call.Level);
    }

    Task NoteAsync(HttpContext context, SpaceCall call)
    {
        reads.Note(context, call.Id.Tenant, call.Id.Name, kind);
        return Task.CompletedTask;
    }
}
