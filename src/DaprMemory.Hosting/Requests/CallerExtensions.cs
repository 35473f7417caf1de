using Microsoft.AspNetCore.Http;

namespace DaprMemory.Hosting.Requests;

/// <summary>Asks a request for its caller.</summary>
public static class CallerExtensions
{
    /// <summary>Who makes this request.</summary>
    /// <exception cref="InvalidOperationException">The pipeline is not that of <see cref="HostingExtensions.UseMemoryHosting"/>.</exception>
    public static Caller GetCaller(this HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("No caller: UseMemoryHosting() must come first in the pipeline.");
}
