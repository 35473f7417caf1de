using System.Threading.RateLimiting;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Identity;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DaprMemory.Hosting.Quotas;

/// <summary>
/// Charges calls about a tenant to the tenant, once its caller is known, before anything is done. What comes from our router it has charged already.
/// </summary>
internal sealed class QuotaMiddleware(RequestDelegate next, bool isBehindRouter, TenantQuotas quotas, TenantLimiters limiters, RouterOrigin router)
{
    const string Watch = "/watch";
    const int SegmentsOfWatch = 4;

    public Task InvokeAsync(HttpContext context)
    {
        // Only a verified caller has an endpoint of a tenant here; where nobody is asked, the name at least is one.
        if (context.GetEndpoint()?.GetAccess() is null or EndpointAccess.Open or EndpointAccess.Operators
            || context.GetTenant() is not { } tenant || Names.CheckTenant(tenant) is not null)
            return next(context);
        var limits = quotas.Of(tenant);
        return limits.AreOnRequests && !(isBehindRouter && router.IsOriginOf(context)) ? ChargeAsync(context, tenant, limits) : next(context);
    }

    async Task ChargeAsync(HttpContext context, string tenant, QuotaLimits limits)
    {
        if (limits.Requests is not null)
        {
            using var lease = await limiters.TakeRequestAsync(tenant, context.RequestAborted);
            if (!lease.IsAcquired)
            {
                await RefuseAsync(context, QuotaNames.Requests, lease);
                return;
            }
        }
        if (limits.Bytes is not null && await CountBytesAsync(context) is var count and > 0)
        {
            using var lease = limiters.TakeBytes(tenant, count);
            if (!lease.IsAcquired)
            {
                await RefuseAsync(context, QuotaNames.Bytes, lease);
                return;
            }
        }
        var isWatch = IsWatch(context.Request);
        if ((isWatch ? limits.WatchStreams : limits.Concurrent) is null)
        {
            await next(context);
            return;
        }
        // Given back when the answer ends, however it does.
        using var place = isWatch ? limiters.TakeWatch(tenant) : await limiters.TakePlaceAsync(tenant, context.RequestAborted);
        if (place.IsAcquired)
            await next(context);
        else
            await RefuseAsync(context, isWatch ? QuotaNames.WatchStreams : QuotaNames.Concurrent, place);
    }

    /// <summary>The length of the body. One that does not say it is read first: what it would cost must be known before anything is made of it.</summary>
    static async ValueTask<int> CountBytesAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentLength is { } length)
            // What is longer than any request may be is refused for that.
            return (int)Math.Min(length, QuotaOptions.LargestRequestBytes);
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            return 0;
        request.EnableBuffering(QuotaOptions.LargestRequestBytes, QuotaOptions.LargestRequestBytes);
        await request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        length = request.Body.Position;
        request.Body.Position = 0;
        return (int)length;
    }

    /// <summary>Whether it is a watch, by the path as routing takes it: any case, and a slash at the end.</summary>
    static bool IsWatch(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method))
            return false;
        var path = request.Path.Value.AsSpan().TrimEnd('/');
        return path.EndsWith(Watch, StringComparison.OrdinalIgnoreCase) && path.Count('/') == SegmentsOfWatch;
    }

    static Task RefuseAsync(HttpContext context, string quota, RateLimitLease lease)
    {
        QuotaInstruments.Refused(quota);
        return ProblemWriter.WriteAsync(context, Problem.QuotaExceeded(quota, lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : null));
    }
}
