namespace DaprMemory.Cli.Tests.Import;

/// <summary>A network that loses answers: the service does what it was asked, and the client never learns.</summary>
/// <param name="isLost">Whether the answer to the n-th request, from 1, is lost.</param>
sealed class LossyHandler(Func<int, bool> isLost) : DelegatingHandler(new SocketsHttpHandler())
{
    int _requests;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _requests);
        var response = await base.SendAsync(request, cancellationToken);
        if (!isLost(number))
            return response;
        response.Dispose();
        throw new HttpRequestException("lost");
    }
}
