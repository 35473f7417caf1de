using DaprMemory.Hosting.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DaprMemory.Hosting.Requests;

/// <summary>
/// Refuses targets with <c>.</c> or <c>..</c> segments. Kestrel resolves them, encoded ones too, before anyone sees the path,
/// so a key with one would quietly become another key.
/// </summary>
internal sealed class DotSegmentMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<IHttpRequestFeature>() is { RawTarget: var target } && RawTarget.HasDotSegment(target)
            ? ProblemWriter.WriteAsync(context, Problem.Invalid(ProblemTypes.InvalidKey, "a key has no '.' or '..' segment"))
            : next(context);
}
