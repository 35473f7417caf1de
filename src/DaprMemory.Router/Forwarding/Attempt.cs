using DaprMemory.Hosting.Requests;
using DaprMemory.Router.Shards;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace DaprMemory.Router.Forwarding;

/// <summary>One shard asked to answer one request; YARP's transformer too, because only there one sees an answer begin. Pooled.</summary>
internal sealed class Attempt(IHttpForwarder forwarder, SidecarHeaders sidecar, TimeProvider time, CancellationToken stopping)
    : HttpTransformer, IDisposable
{
    static readonly UriCreationOptions AsIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    readonly CancellationTokenSource _cancel = new();
    CancellationTokenRegistration _stopping;
    Shard? _shard;
    long _started;
    bool _isBegun;

    /// <summary>The answer, if the outcome is <see cref="AttemptOutcome.Unavailable"/>.</summary>
    public UnavailableAnswer? Unavailable { get; private set; }

    /// <summary>Sends the request and copies the answer, if one begins in time.</summary>
    /// <param name="context">The request, whose response is untouched.</param>
    /// <param name="cluster">Where the shard stands.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="timeout">How long the answer may take to begin.</param>
    public async ValueTask<AttemptOutcome> SendAsync(HttpContext context, ClusterModel cluster, Shard shard, TimeSpan timeout)
    {
        _shard = shard;
        _started = time.GetTimestamp();
        _cancel.CancelAfter(timeout);
        var config = cluster.Config.HttpRequest ?? ForwarderRequestConfig.Empty;
        var error = await forwarder.SendAsync(context, shard.Address, cluster.HttpClient, config, this, _cancel.Token);
        return error switch
        {
            ForwarderError.None when Unavailable is not null => AttemptOutcome.Unavailable,
            ForwarderError.None => _isBegun ? AttemptOutcome.Answered : AttemptOutcome.Unanswered,
            ForwarderError.ResponseBodyClient => AttemptOutcome.Abandoned,
            _ when context.RequestAborted.IsCancellationRequested => AttemptOutcome.Abandoned,
            _ when context.Response.HasStarted => stopping.IsCancellationRequested ? AttemptOutcome.Abandoned : AttemptOutcome.Cut,
            _ => IsRefusal(context.GetForwarderErrorFeature()?.Exception) ? AttemptOutcome.Refused : AttemptOutcome.Unanswered,
        };
    }

    /// <summary>Makes the attempt as good as new.</summary>
    /// <returns>False if it can't be.</returns>
    public bool TryReset()
    {
        _stopping.Dispose();
        (_stopping, _shard, _isBegun, Unavailable) = (default, null, false, null);
        return _cancel.TryReset();
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _cancel.Dispose();
    }

    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var copying = base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        proxyRequest.Headers.Host = null;
        // The path as the client wrote it: Kestrel leaves %2F encoded but decodes the rest, so the decoded one can't be encoded back.
        var target = httpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.StartsWith('/'))
            proxyRequest.RequestUri = new Uri(string.Concat(destinationPrefix, target), AsIs);
        if (_shard is { AppId: { } appId })
            sidecar.Add(proxyRequest, appId);
        return copying;
    }

    public override ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null || IsOfSidecar(proxyResponse))
            return ValueTask.FromResult(false);
        return UnavailableAnswer.IsPossible(proxyResponse)
            ? HoldBackAsync(httpContext, proxyResponse, cancellationToken)
            : BeginAsync(httpContext, proxyResponse, cancellationToken);
    }

    public static bool IsEventStream(HttpResponse response) =>
        response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;

    // Dapr says 500 ERR_DIRECT_INVOKE for an app that it can't reach. Shards put their name on every answer.
    bool IsOfSidecar(HttpResponseMessage response) =>
        _shard is { AppId: not null } && (int)response.StatusCode >= 500 && !response.Headers.NonValidated.Contains(MemoryHeaders.Shard);

    ValueTask<bool> BeginAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        _isBegun = true;
        // A failure, quick or slow, does not tell how near a shard is.
        if ((int)proxyResponse.StatusCode < 500)
            _shard!.CountAnswer(_started, time.GetElapsedTime(_started));
        _cancel.CancelAfter(Timeout.InfiniteTimeSpan);
        var copying = base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        return IsEventStream(httpContext.Response) ? BeginStreamAsync(httpContext, copying, cancellationToken) : copying;
    }

    async ValueTask<bool> HoldBackAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        // Buffered, it can still be passed on as if it had not been read.
        await proxyResponse.Content.LoadIntoBufferAsync(UnavailableAnswer.MaxBytes, cancellationToken);
        var body = await proxyResponse.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!UnavailableAnswer.TryParse(httpContext.Request, body, out var isUnknown))
            return await BeginAsync(httpContext, proxyResponse, cancellationToken);
        await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        Unavailable = new(httpContext.Response.Headers, body, isUnknown);
        return false;
    }

    async ValueTask<bool> BeginStreamAsync(HttpContext context, ValueTask<bool> copying, CancellationToken cancellationToken)
    {
        var copied = await copying;
        // A stream has no end for a stopping router to wait for.
        _stopping = stopping.UnsafeRegister(static cancel => ((CancellationTokenSource)cancel!).Cancel(), _cancel);
        // YARP sends the head with the first byte of the body, and on a quiet space that may be hours away.
        await context.Response.Body.FlushAsync(cancellationToken);
        return copied;
    }

    static bool IsRefusal(Exception? exception) => exception is
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
        }
        or OperationCanceledException { InnerException: TimeoutException };
}
