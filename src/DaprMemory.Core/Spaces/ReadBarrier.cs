namespace DaprMemory.Core.Spaces;

/// <summary>
/// Lets callers share a run of some work that begins after they asked: those who come while one is under way share the next. So a
/// thousand strong reads of a space cost a few gets of its log, and each still sees what was there when it began.
/// </summary>
internal sealed class ReadBarrier(Func<Task> run)
{
    readonly Lock _lock = new();
    Task? _current;
    Task? _next;

    /// <summary>Waits for a run that begins after this call.</summary>
    public Task JoinAsync()
    {
        lock (_lock)
        {
            if (_current is { IsCompleted: false } || _next is not null)
                return _next ??= StartAfterAsync(_current!);
            return _current = StartAsync();
        }
    }

    async Task StartAfterAsync(Task current)
    {
        // Its own callers see why it failed; this run only had to wait for its end. It must not go on at once even if that end has come: the
        // caller holds the lock, and would put away as the next run what has become the current one.
        await current.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task started;
        lock (_lock)
        {
            started = _current = StartAsync();
            _next = null;
        }
        await started.ConfigureAwait(false);
    }

    // Always asynchronous: the work must not run under the lock.
    async Task StartAsync()
    {
        await Task.Yield();
        await run().ConfigureAwait(false);
    }
}
