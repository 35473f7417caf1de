using System.Net;
using System.Security.Authentication;

namespace DaprMemory.Client.Transport;

/// <summary>Sends a request until there is a definite answer or the attempts are used up.</summary>
sealed class RequestSender(HttpClient http, MemoryClientOptions options)
{
    readonly Uri _address = new(http.BaseAddress!.AbsoluteUri.TrimEnd('/') + "/");

    public HttpClient Http => http;
    public string? Agent => options.Agent;
    public bool SwallowsAppends => options.SwallowsAppends;
    public SwallowedAppends Swallowed { get; } = new();

    /// <summary>Gives the first answer that another attempt would not change.</summary>
    /// <exception cref="MemoryException">There was none.</exception>
    public async Task<MemoryReply> SendAsync(MemoryRequest request, CancellationToken cancellationToken)
    {
        var mayBeWritten = false;
        for (var attempt = 1; ; attempt++)
        {
            var (reply, failure) = await TryOnceAsync(request, attempt, cancellationToken).ConfigureAwait(false);
            if (reply is { IsTransient: false })
                return reply;

            // Only an answer that says so proves that an attempt wrote nothing, and one that might have counts for all that follow.
            mayBeWritten |= reply is null || (reply.Status != HttpStatusCode.TooManyRequests && reply.Problem?.Outcome != "none");
            var delay = Pause(attempt, reply?.RetryAfter(options.TimeProvider.GetUtcNow()));
            if (attempt >= options.MaxAttempts || delay is null)
                throw GivenUp(request, reply, failure, attempt, mayBeWritten);
            await Task.Delay(delay.Value, options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task<(MemoryReply?, Exception?)> TryOnceAsync(MemoryRequest request, int attempt, CancellationToken cancellationToken)
    {
        using var timeLimit = new CancellationTokenSource(options.AttemptTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeLimit.Token, cancellationToken);
        try
        {
            using var message = request.ToMessage(_address, attempt);
            if (options.TokenProvider is { } token)
                message.Headers.Authorization = new("Bearer", await token(either.Token).ConfigureAwait(false));
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
            return (new MemoryReply(response.StatusCode, response.Headers, response.Content.Headers.ContentType?.MediaType, body), null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (null, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new TimeoutException("no answer in time", e));
        }
    }

    /// <summary>How long to wait before the next attempt; null when the service asks for more patience than there is.</summary>
    TimeSpan? Pause(int attempt, TimeSpan? retryAfter)
    {
        var jitter = options.Random.NextDouble();
        if (retryAfter is { } asked)
            return asked > options.MaxDelay ? null : asked + (options.BaseDelay * jitter);
        var doubled = options.BaseDelay * Math.Pow(2, attempt - 1);
        return (doubled < options.MaxDelay ? doubled : options.MaxDelay) * (1 - (jitter / 2));
    }

    MemoryException GivenUp(MemoryRequest request, MemoryReply? reply, Exception? failure, int attempts, bool mayBeWritten)
    {
        var isWrite = request.IdempotencyKey is not null;
        // Of a certificate that is not believed the exception itself says only that there was something.
        var last = reply is not null ? reply.ToException().Message : failure!.InnerException is AuthenticationException inner ? inner.Message : failure.Message;
        return new MemoryException(
            $"no definite answer from {_address} in {attempts} {(attempts == 1 ? "attempt" : "attempts")}: {last}",
            reply?.Status, reply?.Problem?.Type, isUnavailable: true, isWrite ? mayBeWritten ? "unknown" : "none" : null, failure)
        {
            IdempotencyKey = request.IdempotencyKey,
        };
    }
}
