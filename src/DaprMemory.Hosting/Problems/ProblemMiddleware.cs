using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace DaprMemory.Hosting.Problems;

/// <summary>Gives every refusal of a service a problem for a body: exceptions, and error statuses that were left without one.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, IEnumerable<IExceptionProblemMapper> mappers, ILogger<ProblemMiddleware> logger)
{
    // nginx's number for "the client left": nobody reads it but logs and metrics.
    const int ClientClosedRequest = 499;

    readonly IExceptionProblemMapper[] _mappers = [.. mappers];

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, exception);
            return;
        }
        if (IsBareError(context.Response))
            await ProblemWriter.WriteAsync(context, OfStatus(context.Response.StatusCode));
    }

    internal static Problem OfStatus(int status) => status switch
    {
        StatusCodes.Status400BadRequest => new(status, ProblemTypes.BadRequest, "The request is not well-formed"),
        StatusCodes.Status404NotFound => Problem.NotFound("no such path"),
        StatusCodes.Status405MethodNotAllowed => new(status, ProblemTypes.MethodNotAllowed, "The path does not know this method"),
        StatusCodes.Status415UnsupportedMediaType => Problem.UnsupportedMediaType(),
        StatusCodes.Status500InternalServerError => new(status, ProblemTypes.Internal, "Internal error"),
        StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout =>
            Problem.Unavailable() with { Status = status },
        _ => new(status, status < 500 ? ProblemTypes.BadRequest : ProblemTypes.Internal, ReasonPhrases.GetReasonPhrase(status)),
    };

    static bool IsBareError(HttpResponse response) =>
        response.StatusCode is >= 400 and < 600 and not ClientClosedRequest
        && !response.HasStarted
        && response.ContentLength is null
        && string.IsNullOrEmpty(response.ContentType);

    async Task AnswerAsync(HttpContext context, Exception exception)
    {
        var headers = context.Response.Headers;
        headers.ETag = default;
        headers.CacheControl = default;
        headers.LastModified = default;
        if (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            context.Response.StatusCode = ClientClosedRequest;
            return;
        }
        await ProblemWriter.WriteAsync(context, Find(context, exception));
    }

    Problem Find(HttpContext context, Exception exception)
    {
        foreach (var mapper in _mappers)
        {
            if (mapper.Map(exception) is { } problem)
                return problem;
        }
        if (exception is BadHttpRequestException bad)
            return OfBadRequest(context, bad);
        var traceId = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
        LogUnhandled(exception, context.Request.Method, context.Request.Path, traceId);
        return OfStatus(StatusCodes.Status500InternalServerError) with { TraceId = traceId };
    }

    static Problem OfBadRequest(HttpContext context, BadHttpRequestException bad) => bad switch
    {
        { StatusCode: StatusCodes.Status413PayloadTooLarge } when
            context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize is { } limitBytes => Problem.ValueTooLarge(limitBytes),
        { InnerException: JsonException } => Problem.InvalidJson(),
        _ => OfStatus(bad.StatusCode) with { Detail = bad.Message },
    };

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed (trace {TraceId})", EventName = "Unhandled")]
    partial void LogUnhandled(Exception exception, string method, string path, string traceId);
}
