namespace DaprMemory.Core.Sessions;

/// <summary>Runs some work in the background, never twice at once.</summary>
internal sealed class SingleFlight
{
    Task _running = Task.CompletedTask;
    int _isBusy;

    public bool IsBusy => Volatile.Read(ref _isBusy) == 1;

    /// <summary>Begins the work; <c>false</c>: it is under way already.</summary>
    public bool TryRun(Func<Task> work)
    {
        if (Interlocked.CompareExchange(ref _isBusy, 1, 0) == 1)
            return false;
        _running = Task.Run(async () =>
        {
            try
            {
                await work().ConfigureAwait(false);
            }
            finally
            {
                Volatile.Write(ref _isBusy, 0);
            }
        });
        return true;
    }

    /// <summary>Waits for the work that is under way, if any, until the token ends the wait: whatever it is, it can be done later.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken) =>
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
