using Microsoft.AspNetCore.Http;

namespace DaprMemory.Hosting.Requests;

/// <summary>Asks a request for its caller and tenant.</summary>
public static class CallerExtensions
{
    /// <summary>The route parameter that names the tenant.</summary>
    const string TenantParameter = "tenant";

    /// <summary>Who makes this request.</summary>
    /// <exception cref="InvalidOperationException">The pipeline is not that of <see cref="HostingExtensions.UseMemoryHosting"/>.</exception>
    public static Caller GetCaller(this HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("No caller: UseMemoryHosting() must come first in the pipeline.");

    /// <summary>The tenant in the path; null if there is none.</summary>
    internal static string? GetTenant(this HttpContext context) => context.Request.RouteValues[TenantParameter] as string;
}
