using DaprMemory.Core.Log;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Telemetry;

namespace DaprMemory.Service.Requests;

/// <summary>Runs an operation behind a route: reads what all calls have in common, and answers refusals.</summary>
internal sealed class SpaceEndpoint(ISpaceOperation operation, CallKind kind, ServiceInstruments instruments)
{
    /// <summary>Serves one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var started = instruments.Start();
        var problem = SpaceCall.TryRead(context.Request, out var call);
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
        if (kind == CallKind.Write && problem?.Status == StatusCodes.Status503ServiceUnavailable)
            instruments.CountSuppressed();
        if (kind != CallKind.Stream)
            instruments.Record(started, kind, context.Response, call.Level);
    }
}
