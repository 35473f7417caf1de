namespace DaprMemory.LocalSidecar.Invocation;

/// <summary>
/// Tells the parts of a sidecar for as long as its app listens. One idle connection to the app tells of its end at once; while it is down its port
/// is tried again and again, and when it is back everything is asked anew.
/// </summary>
/// <param name="appId">The app.</param>
/// <param name="directory">Where it is.</param>
/// <param name="parts">Who is told, in this order.</param>
/// <param name="time">The clock.</param>
internal sealed class AppFollower(string appId, AppDirectory directory, IReadOnlyList<IAppPart> parts, TimeProvider time) : IDisposable
{
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    readonly CancellationTokenSource _stopping = new();
    volatile bool _isReady;
    Task _running = Task.CompletedTask;

    /// <summary>Whether the app was found, and all parts are ready for it.</summary>
    public bool IsReady => _isReady;

    public void Start() => _running = RunAsync();

    /// <summary>Lets the app finish what it is handling, and no more comes.</summary>
    /// <param name="limit">Ends the wait.</param>
    public async Task StopAsync(CancellationToken limit)
    {
        await using var abort = limit.UnsafeRegister(
            static parts =>
            {
                foreach (var part in (IReadOnlyList<IAppPart>)parts!)
                    part.Abort();
            },
            parts);
        await _stopping.CancelAsync();
        await _running;
    }

    public void Dispose() => _stopping.Dispose();

    async Task RunAsync()
    {
        try
        {
            while (true)
                await FollowAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            await LoseAsync();
        }
    }

    /// <summary>Finds the app, tells the parts, and returns when it has gone or moved.</summary>
    async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var address = directory.AddressOf(appId, out var moved);
        using var socket = address is null ? null : await AppPort.TryConnectAsync(address, over.Token);
        if (socket is null)
        {
            await LoseAsync();
            await Task.WhenAny(moved, Task.Delay(address is null ? Timeout.InfiniteTimeSpan : Poll, time, over.Token));
        }
        else
        {
            foreach (var part in parts)
                await part.FoundAsync(address!, over.Token);
            _isReady = true;
            await Task.WhenAny(moved, AppPort.WaitUntilClosedAsync(socket, over.Token));
        }
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    Task LoseAsync() => Task.WhenAll(parts.Select(part => part.LostAsync()));
}
