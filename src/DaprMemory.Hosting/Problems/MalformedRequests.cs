using System.Diagnostics;
using System.IO.Pipelines;
using DaprMemory.Hosting.Requests;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DaprMemory.Hosting.Problems;

/// <summary>
/// Gives a problem for a body to what Kestrel refuses before the pipeline: malformed requests, and targets with an encoded NUL,
/// which are malformed keys. Kestrel tells of these only as a diagnostic event, so every other request costs nothing.
/// </summary>
internal sealed class MalformedRequests : IObserver<KeyValuePair<string, object?>>
{
    const string BadRequestEvent = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    public static void Observe(DiagnosticListener listener) =>
        listener.Subscribe(new MalformedRequests(), static name => name == BadRequestEvent);

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is IFeatureCollection features
            && features.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException exception
            && features.Get<IHttpResponseFeature>() is { HasStarted: false } response
            && features.Get<IHttpRequestFeature>() is { } request
            // Later versions multiplex their connection; what they refuse they reset.
            && !HttpProtocol.IsHttp2(request.Protocol) && !HttpProtocol.IsHttp3(request.Protocol)
            && features.Get<IConnectionTransportFeature>() is { } connection)
        {
            // Kestrel closes the connection when this returns. Ordinarily the answer is then on its way, for nothing above waits.
            _ = AnswerAsync(features, response, connection.Transport.Output, Of(request.RawTarget, exception));
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    static Problem Of(string? target, BadHttpRequestException exception) =>
        RawTarget.HasNul(target)
            ? Problem.Invalid(ProblemTypes.InvalidKey, "a key has no control characters (U+0000)")
            : ProblemMiddleware.OfStatus(exception.StatusCode) with { Detail = exception.Message };

    // The body of a response has no stream yet, so Kestrel sends the headers and we the body, straight behind them.
    static async Task AnswerAsync(IFeatureCollection features, IHttpResponseFeature response, PipeWriter output, Problem problem)
    {
        var bytes = ProblemWriter.Serialize(problem);
        response.StatusCode = problem.Status;
        response.Headers.Connection = "close";
        response.Headers.ContentType = ProblemWriter.ContentType;
        response.Headers.ContentLength = bytes.Length;
        try
        {
            await features.GetRequiredFeature<IHttpResponseBodyFeature>().StartAsync();
            await output.WriteAsync(bytes);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The client left, or read so slowly that the connection closed before the answer: nobody is there to be told.
        }
    }
}
