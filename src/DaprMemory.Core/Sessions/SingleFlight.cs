namespace DaprMemory.Core.Sessions;

/// <summary>Runs some work in the background, never twice at once.</summary>
internal sealed class SingleFlight
{
    readonly Lock _lock = new();
    Task _running = Task.CompletedTask;
    bool _isBusy;
    bool _isWanted;

    public bool IsBusy
    {
        get
        {
            lock (_lock)
                return _isBusy;
        }
    }

    /// <summary>Begins the work; <c>false</c>: it is under way already.</summary>
    public bool TryRun(Func<Task> work) => TryBegin(work, isWantedAgain: false);

    /// <summary>Begins the work, or has it done once more behind the run that is under way: that one may not see what this one is asked for.</summary>
    public void Run(Func<Task> work) => TryBegin(work, isWantedAgain: true);

    /// <summary>Waits for the work that is under way, if any, until the token ends the wait: whatever it is, it can be done later.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        Task running;
        lock (_lock)
            running = _running;
        await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    bool TryBegin(Func<Task> work, bool isWantedAgain)
    {
        lock (_lock)
        {
            _isWanted |= _isBusy && isWantedAgain;
            if (_isBusy)
                return false;
            _isBusy = true;
            _running = Task.Run(() => RunAsync(work));
            return true;
        }
    }

    async Task RunAsync(Func<Task> work)
    {
        var isOver = false;
        try
        {
            while (!isOver)
            {
                await work().ConfigureAwait(false);
                isOver = IsOver();
            }
        }
        finally
        {
            // Work that nobody planned to fail: the next one may begin.
            if (!isOver)
                IsOver(evenIfWanted: true);
        }
    }

    bool IsOver(bool evenIfWanted = false)
    {
        lock (_lock)
        {
            _isBusy = _isWanted && !evenIfWanted;
            _isWanted = false;
            return !_isBusy;
        }
    }
}
