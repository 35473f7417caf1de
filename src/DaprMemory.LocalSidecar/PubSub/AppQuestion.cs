using System.Net;

namespace DaprMemory.LocalSidecar.PubSub;

/// <summary>Asks the app something that it tells of itself, a few times if there is no answer.</summary>
internal sealed class AppQuestion(AppChannel channel, string path, TimeProvider time)
{
    const int Tries = 4;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Gives the answer; without a status there was none.</summary>
    public async Task<(HttpStatusCode? Status, byte[] Body)> AskAsync(Uri app, CancellationToken cancellationToken)
    {
        for (var tries = 1; tries <= Tries; tries++)
        {
            if (await channel.DiscoverAsync(app, path, cancellationToken) is var (status, body))
                return (status, body);
            await Task.Delay(Pause, time, cancellationToken);
        }
        return (null, []);
    }
}
