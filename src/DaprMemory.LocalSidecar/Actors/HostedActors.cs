namespace DaprMemory.LocalSidecar.Actors;

/// <summary>The actors of one type, while this sidecar has them.</summary>
internal sealed class HostedActors : IAsyncDisposable
{
    static readonly TimeSpan IdleScan = TimeSpan.FromSeconds(30);

    readonly CancellationTokenSource _aborting = new();
    readonly Uri _app;
    readonly ActorPlace _place;
    readonly ActorSettings _settings;
    readonly ActorChannel _channel;
    readonly ActorTurns _turns;
    readonly TimeProvider _time;
    readonly ITimer _idle;

    public HostedActors(
        string type, Uri app, ActorPlace place, ActorSettings settings, ActorChannel channel, ReminderStore reminders, TimeProvider time, ILogger logger)
    {
        (_app, _place, _settings, _channel, _time) = (app, place, settings, channel, time);
        _turns = new ActorTurns(time);
        Reminders = new ReminderClock(reminders, type, FireAsync, time, logger);
        _idle = time.CreateTimer(_ => _ = _turns.EndIdleAsync(settings.IdleTimeout, DeactivateAsync), null, IdleScan, IdleScan);
    }

    public ReminderClock Reminders { get; }

    /// <summary>Whether an actor was called here, and not let go since.</summary>
    public bool IsActive(ActorName actor) => _turns.IsActive(actor);

    /// <summary>Calls a method when it is the actor's turn; null: the actors are moving away.</summary>
    /// <exception cref="HttpRequestException">The app can't be reached.</exception>
    public async Task<HttpResponseMessage?> InvokeAsync(
        ActorName actor, string method, ReadOnlyMemory<byte> body, string? contentType, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _aborting.Token);
        HttpResponseMessage? answer = null;
        await _turns.TryRunAsync(
            actor, async () => answer = await _channel.InvokeAsync(_app, actor, method, body, contentType, over.Token), over.Token);
        return answer;
    }

    /// <summary>Interrupts the calls under way.</summary>
    public void Abort() => _aborting.Cancel();

    /// <summary>Fires no more reminders, waits a while for the calls under way, lets all actors go, and gives the type away.</summary>
    public async ValueTask DisposeAsync()
    {
        await _idle.DisposeAsync();
        await using (_time.CreateTimer(_ => Abort(), null, _settings.DrainTimeout, Timeout.InfiniteTimeSpan))
        {
            await Reminders.DisposeAsync();
            await _turns.CloseAsync(DeactivateAsync);
        }
        _place.Dispose();
    }

    async Task<FiringOutcome> FireAsync(Reminder reminder)
    {
        var outcome = FiringOutcome.Failed;
        try
        {
            await _turns.TryRunAsync(reminder.Actor, async () => outcome = await _channel.RemindAsync(_app, reminder, _aborting.Token), _aborting.Token);
        }
        catch (OperationCanceledException)
        {
            // Interrupted: the actor may have handled it or not.
        }
        return outcome;
    }

    async Task DeactivateAsync(ActorName actor)
    {
        try
        {
            await _channel.DeactivateAsync(_app, actor, _aborting.Token);
        }
        catch (OperationCanceledException)
        {
            // No time is left to say goodbye.
        }
    }
}
