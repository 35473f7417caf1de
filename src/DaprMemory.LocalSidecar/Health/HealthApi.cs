using DaprMemory.LocalSidecar.Http;
using DaprMemory.LocalSidecar.Invocation;
using Microsoft.AspNetCore.WebUtilities;

namespace DaprMemory.LocalSidecar.Health;

/// <summary>
/// Dapr's health pages. Like daprd, <c>healthz</c> waits until the app's port was seen open and its events and actor calls come, <c>healthz/outbound</c> does not: an app that
/// waits for the former before it listens waits forever.
/// </summary>
internal sealed class HealthApi(string appId, AppDirectory directory, AppFollower? follower)
{
    volatile bool _sawApp;

    /// <summary>Answers a request to <c>/v1.0/healthz</c> or <c>/v1.0/healthz/outbound</c>; null: there is no such route.</summary>
    public Task? Route(HttpContext context, RequestTarget target) =>
        !HttpMethods.IsGet(context.Request.Method) ? null
        : target.Count == 2 ? CheckAsync(context, target)
        : target.Count == 3 && target.Is(2, "outbound") ? NoContent(context)
        : null;

    async Task CheckAsync(HttpContext context, RequestTarget target)
    {
        foreach (var pair in new QueryStringEnumerable(target.Query))
        {
            if (pair.DecodeName().Span is "appid" && !pair.DecodeValue().Span.SequenceEqual(appId))
            {
                await new DaprError(500, "ERR_HEALTH_APPID_NOT_MATCH", "dapr app-id does not match").WriteAsync(context);
                return;
            }
        }
        if (!_sawApp && directory.AddressOf(appId) is { } address && !await IsReadyAsync(address, context.RequestAborted))
        {
            await new DaprError(500, "ERR_HEALTH_NOT_READY", "dapr is not ready: [app]").WriteAsync(context);
            return;
        }
        _sawApp = directory.AddressOf(appId) is not null;
        await NoContent(context);
    }

    static Task NoContent(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    async Task<bool> IsReadyAsync(Uri address, CancellationToken cancellationToken)
    {
        if (follower is not null)
            return follower.IsReady;
        using var socket = await AppPort.TryConnectAsync(address, cancellationToken);
        return socket is not null;
    }
}
