namespace Dapr.Actors.Runtime;

/// <summary>An object that the sidecars keep one of, somewhere, for each id, and on which one call runs at a time.</summary>
public abstract class Actor
{
    /// <summary>Creates an actor.</summary>
    /// <param name="host">Its host.</param>
    protected Actor(ActorHost host) => Host = host;

    /// <summary>The actor's id.</summary>
    public ActorId Id => Host.Id;

    /// <summary>Its host.</summary>
    public ActorHost Host { get; }

    /// <summary>Registers a reminder, which outlives this object and its app; one of the same name is replaced, and its schedule begins anew.</summary>
    /// <param name="reminderName">Its name, unique in this actor.</param>
    /// <param name="state">What comes with it.</param>
    /// <param name="dueTime">When it comes first, from now on.</param>
    /// <param name="period">How often it comes then; -1 ms: not again.</param>
    /// <returns>The reminder.</returns>
    /// <exception cref="DaprException">The sidecar did not take it.</exception>
    protected async Task<IActorReminder> RegisterReminderAsync(string reminderName, byte[] state, TimeSpan dueTime, TimeSpan period)
    {
        var reminder = new ActorReminder(reminderName, dueTime, period, state);
        await Host.Sidecar.RegisterReminderAsync(Host.ActorTypeInfo.ActorTypeName, Id, reminder, CancellationToken.None).ConfigureAwait(false);
        return reminder;
    }
}
