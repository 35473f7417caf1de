using System.Net;
using System.Text;
using DaprMemory.LocalSidecar.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DaprMemory.LocalSidecar.Invocation;

/// <summary>Service invocation from one app's sidecar: sends a request on to another app and its answer back, both as they stream.</summary>
internal sealed class Invoker(string appId, AppDirectory directory, HttpMessageInvoker client, string? apiToken, string? appApiToken)
{
    // daprd sends paths on as they are; .NET would resolve and unescape them.
    static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>The client that all invokers of a host share.</summary>
    public static HttpMessageInvoker CreateClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        ResponseHeaderEncodingSelector = (_, _) => Encoding.UTF8,
    });

    /// <summary>Answers a request to <c>/v1.0/invoke/{appId}/method/{path}</c>; null: there is no such route.</summary>
    public Task? Route(HttpContext context, RequestTarget target) =>
        target.Is(3, "method") && target.Reaches(4)
            ? InvokeAsync(context, target.Parameter(2), "/" + target.From(4), target.Query)
            : null;

    /// <summary>Answers what no route has: the header names the app, and the whole path is the app's.</summary>
    public Task InvokeByHeaderAsync(HttpContext context, RequestTarget target) =>
        context.Request.Headers[InvocationHeaders.AppId] is [{ Length: > 0 } id, ..]
            ? InvokeAsync(context, id, target.Path, target.Query)
            : DaprError.NoTarget.WriteAsync(context);

    async Task InvokeAsync(HttpContext context, string calleeId, string escapedPath, string query)
    {
        var destination = directory.Find(calleeId);
        if (destination.Address is null)
        {
            await Failed(calleeId, destination.Error).WriteAsync(context);
            return;
        }
        if (context.Request.ContentLength > RequestBody.LimitBytes)
        {
            await Failed(calleeId, "stream too large").WriteAsync(context);
            return;
        }
        if (InvokedPath.Encode(escapedPath, out var error) is not { } path)
        {
            await Failed(calleeId, error).WriteAsync(context);
            return;
        }
        using var request = CreateRequest(context, destination, calleeId, path + query);
        HttpResponseMessage response;
        try
        {
            response = await client.SendAsync(request, context.RequestAborted);
        }
        catch (HttpRequestException e)
        {
            await Failed(calleeId, e.Message).WriteAsync(context);
            return;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return; // nobody waits for the answer
        }
        using (response)
            await AnswerAsync(context, calleeId, response);
    }

    HttpRequestMessage CreateRequest(HttpContext context, Destination destination, string calleeId, string pathAndQuery)
    {
        var isSidecar = destination.Kind == DestinationKind.Sidecar;
        var root = destination.Address!.GetLeftPart(UriPartial.Path).TrimEnd('/');
        var prefix = isSidecar ? $"/v1.0/invoke/{Uri.EscapeDataString(calleeId)}/method" : "";
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(root + prefix + pathAndQuery, AsItIs))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.ContentLength = context.Request.ContentLength;
        }
        var isOwn = calleeId == appId;
        InvocationHeaders.Copy(context.Request, request, keepsCaller: isOwn);
        if (destination.Kind != DestinationKind.External)
        {
            if (!isOwn)
                InvocationHeaders.AddCaller(request, appId, calleeId);
            if ((isSidecar ? apiToken : appApiToken) is { Length: > 0 } token)
                request.Headers.TryAddWithoutValidation(InvocationHeaders.ApiToken, token);
        }
        return request;
    }

    static async Task AnswerAsync(HttpContext context, string calleeId, HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentLength > RequestBody.LimitBytes)
        {
            await Failed(calleeId, "stream too large").WriteAsync(context);
            return;
        }
        context.Response.StatusCode = (int)response.StatusCode;
        InvocationHeaders.Copy(response, context.Response);
        try
        {
            // An answer of unknown length may be a stream that says nothing for long: its headers must not wait.
            if (response.Content.Headers.ContentLength is null)
                await context.Response.StartAsync(context.RequestAborted);
            if (response.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified))
                await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            context.Abort(); // the status is sent: a broken connection is all that can tell of a torn body
        }
    }

    static DaprError Failed(string calleeId, string error) =>
        new(StatusCodes.Status500InternalServerError, "ERR_DIRECT_INVOKE", $"failed to invoke, id: {calleeId}, err: {error}");
}
