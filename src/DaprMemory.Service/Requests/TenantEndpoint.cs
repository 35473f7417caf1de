using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Service.Audit;
using DaprMemory.Service.Telemetry;

namespace DaprMemory.Service.Requests;

/// <summary>Runs an operation on a tenant behind a route: checks its name, answers refusals, and has the read noted.</summary>
internal sealed class TenantEndpoint(ITenantOperation operation, ServiceInstruments instruments, ReadAudit reads)
{
    /// <summary>Serves one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var started = instruments.Start();
        var tenant = (string)context.Request.RouteValues[SpaceCall.TenantParameter]!;
        if (Names.CheckTenant(tenant) is { } rule)
            await ProblemWriter.WriteAsync(context, Problem.Invalid(ProblemTypes.InvalidTenant, rule));
        else
        {
            if (await operation.AnswerAsync(context, tenant) is { } problem)
                await ProblemWriter.WriteAsync(context, problem);
            reads.Note(context, tenant, "", CallKind.Read);
        }
        instruments.Record(started, CallKind.Read, context.Response, ConsistencyLevel.Strong);
    }
}
