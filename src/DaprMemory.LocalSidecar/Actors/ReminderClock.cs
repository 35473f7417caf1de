namespace DaprMemory.LocalSidecar.Actors;

/// <summary>
/// Fires the reminders of one type while this sidecar has its actors. A reminder moves on only when its firing has ended: one whose sidecar
/// dies meanwhile fires again.
/// </summary>
internal sealed partial class ReminderClock : IAsyncDisposable
{
    // daprd's: one try and three more, a second apart; then this firing is given up.
    const int Tries = 4;

    // So that an app is not run over by all that was due while it was down.
    const int MaxAtOnce = 32;

    static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    readonly Lock _lock = new();
    readonly Dictionary<(ActorName, string), Reminder> _current = [];
    readonly PriorityQueue<Reminder, DateTimeOffset> _due = new();
    readonly SemaphoreSlim _slots = new(MaxAtOnce);
    readonly CancellationTokenSource _stopping = new();
    readonly ReminderStore _store;
    readonly Func<Reminder, Task<FiringOutcome>> _fire;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly HashSet<Task> _firing = [];
    readonly Task _running;
    TaskCompletionSource _news = NewSource();

    /// <param name="store">Where the reminders are.</param>
    /// <param name="type">The type of their actors.</param>
    /// <param name="fire">Brings one to its actor.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of those that are given up.</param>
    public ReminderClock(ReminderStore store, string type, Func<Reminder, Task<FiringOutcome>> fire, TimeProvider time, ILogger logger)
    {
        (_store, _fire, _time, _logger) = (store, fire, time, logger);
        foreach (var reminder in store.Load(type))
            Take(reminder);
        _running = Task.Run(RunAsync);
    }

    public Reminder? Find(ActorName actor, string name)
    {
        lock (_lock)
            return _current.GetValueOrDefault((actor, name));
    }

    /// <summary>Sets a reminder, in place of the one of its name; gives what went wrong, or null.</summary>
    public async Task<string?> SetAsync(Reminder reminder)
    {
        Reminder? previous;
        Task<string?> saving;
        lock (_lock)
        {
            previous = _current.GetValueOrDefault((reminder.Actor, reminder.Name));
            Take(reminder);
            // Begun under the lock: the store takes what is written in the order in which it came to be.
            saving = _store.PutAsync(reminder);
            _news.TrySetResult();
        }
        if (await saving is not { } error)
            return null;
        lock (_lock)
        {
            if (IsCurrent(reminder))
                Replace(reminder, previous);
        }
        return error;
    }

    /// <summary>Removes a reminder; gives what went wrong, or null.</summary>
    public async Task<string?> RemoveAsync(ActorName actor, string name)
    {
        Reminder? removed;
        Task<string?> saving;
        lock (_lock)
        {
            _current.Remove((actor, name), out removed);
            saving = _store.RemoveAsync(actor, name);
        }
        if (await saving is not { } error)
            return null;
        lock (_lock)
        {
            if (removed is not null && !_current.ContainsKey((actor, name)))
                Take(removed);
        }
        return error;
    }

    /// <summary>Fires no more, and waits for what is being fired.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        Task[] firing;
        lock (_lock)
            firing = [.. _firing];
        await Task.WhenAll(firing);
        _stopping.Dispose();
        _slots.Dispose();
    }

    void Replace(Reminder reminder, Reminder? by)
    {
        if (by is null)
            _current.Remove((reminder.Actor, reminder.Name));
        else
            Take(by);
    }

    void Take(Reminder reminder)
    {
        _current[(reminder.Actor, reminder.Name)] = reminder;
        _due.Enqueue(reminder, reminder.DueAt);
    }

    async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var (wait, news) = FireDue();
                using var over = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
                await Task.WhenAny(news, Task.Delay(wait, _time, over.Token));
                await over.CancelAsync();
                _stopping.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException)
        {
            // What is due stays due.
        }
    }

    /// <summary>Begins to fire what is due; gives how long to wait for the next, and what ends the wait.</summary>
    (TimeSpan Wait, Task News) FireDue()
    {
        lock (_lock)
        {
            if (_news.Task.IsCompleted)
                _news = NewSource();
            var now = _time.GetUtcNow();
            while (_due.TryPeek(out var reminder, out var at))
            {
                if (at > now)
                {
                    // A timer has a longest time, which is shorter than what can be asked for.
                    var wait = at - now;
                    return (wait < TimeSpan.FromDays(1) ? wait : TimeSpan.FromDays(1), _news.Task);
                }
                _due.Dequeue();
                if (IsCurrent(reminder))
                {
                    var firing = Task.Run(() => FireAsync(reminder));
                    _firing.Add(firing);
                    _ = firing.ContinueWith(Forget, TaskScheduler.Default);
                }
            }
            return (Timeout.InfiniteTimeSpan, _news.Task);
        }
    }

    void Forget(Task firing)
    {
        lock (_lock)
            _firing.Remove(firing);
    }

    async Task FireAsync(Reminder reminder)
    {
        try
        {
            await _slots.WaitAsync(_stopping.Token);
            try
            {
                await MoveOnAsync(reminder, await TryFireAsync(reminder));
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // It stays due: whoever has the actors next fires it.
        }
    }

    async Task<FiringOutcome> TryFireAsync(Reminder reminder)
    {
        for (var tries = 1; ; tries++)
        {
            _stopping.Token.ThrowIfCancellationRequested();
            var outcome = await _fire(reminder);
            if (outcome != FiringOutcome.Failed)
                return outcome;
            if (tries == Tries)
            {
                LogGivenUp(_logger, reminder.Name, reminder.Actor.Type, reminder.Actor.Id);
                return outcome;
            }
            await Task.Delay(RetryPause, _time, _stopping.Token);
        }
    }

    async Task MoveOnAsync(Reminder reminder, FiringOutcome outcome)
    {
        var next = outcome == FiringOutcome.Cancelled ? null : reminder.Next(_time.GetUtcNow());
        Task<string?> saving;
        lock (_lock)
        {
            // Set anew or removed meanwhile: then that counts.
            if (!IsCurrent(reminder))
                return;
            Replace(reminder, next);
            saving = next is null ? _store.RemoveAsync(reminder.Actor, reminder.Name) : _store.PutAsync(next);
            _news.TrySetResult();
        }
        if (await saving is { } error)
            LogNotSaved(_logger, reminder.Name, reminder.Actor.Type, reminder.Actor.Id, error);
    }

    bool IsCurrent(Reminder reminder) => ReferenceEquals(_current.GetValueOrDefault((reminder.Actor, reminder.Name)), reminder);

    static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(EventName = "ReminderGivenUp", Level = LogLevel.Warning, Message = "Reminder {Name} of {Type}/{Id} failed four times; this firing is given up")]
    static partial void LogGivenUp(ILogger logger, string name, string type, string id);

    [LoggerMessage(EventName = "ReminderNotSaved", Level = LogLevel.Error, Message = "Reminder {Name} of {Type}/{Id} fires again after a restart: {Error}")]
    static partial void LogNotSaved(ILogger logger, string name, string type, string id, string error);
}

/// <summary>What became of a reminder's way to its actor.</summary>
internal enum FiringOutcome
{
    /// <summary>The actor has handled it.</summary>
    Done,

    /// <summary>The actor has handled it, and wants it no more.</summary>
    Cancelled,

    /// <summary>The actor did not handle it.</summary>
    Failed,
}
