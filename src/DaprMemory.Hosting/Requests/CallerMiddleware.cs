using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using Microsoft.AspNetCore.Http;

namespace DaprMemory.Hosting.Requests;

/// <summary>Finds out who makes a request, and refuses names that break the rules.</summary>
internal sealed class CallerMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var caller = Caller.Anonymous;
        if (context.Request.Headers.TryGetValue(MemoryHeaders.Agent, out var values))
        {
            var rule = values.Count == 1 ? Names.CheckAgent(values[0]) : "a request names one agent";
            if (rule is not null)
                return ProblemWriter.WriteAsync(context, Problem.Invalid(ProblemTypes.InvalidHeader, rule, MemoryHeaders.Agent));
            caller = new Caller(values[0]!);
        }
        context.Features.Set(caller);
        return next(context);
    }
}
