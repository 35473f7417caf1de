using System.Collections.Concurrent;

namespace DaprMemory.LocalSidecar.Actors;

/// <summary>Gives each actor one call at a time, and knows which are active.</summary>
internal sealed class ActorTurns(TimeProvider time)
{
    readonly ConcurrentDictionary<ActorName, Turn> _turns = new();
    volatile bool _isClosed;

    /// <summary>Whether an actor has had a turn, or has it, and was not let go since.</summary>
    public bool IsActive(ActorName actor) => _turns.ContainsKey(actor);

    /// <summary>Runs something when it is the actor's turn; <c>false</c>: the actors are moving away.</summary>
    public async Task<bool> TryRunAsync(ActorName actor, Func<Task> run, CancellationToken cancellationToken)
    {
        while (true)
        {
            var turn = _turns.GetOrAdd(actor, static _ => new Turn());
            await turn.Lock.WaitAsync(cancellationToken);
            try
            {
                if (_isClosed)
                    return false;
                if (turn.IsOver)
                    continue;
                await run();
                return true;
            }
            finally
            {
                turn.LastUsed = time.GetUtcNow();
                turn.Lock.Release();
            }
        }
    }

    /// <summary>Lets actors go that have done nothing for a while.</summary>
    public async Task EndIdleAsync(TimeSpan idle, Func<ActorName, Task> deactivate)
    {
        foreach (var (actor, turn) in _turns)
        {
            if (time.GetUtcNow() - turn.LastUsed < idle || !await turn.Lock.WaitAsync(TimeSpan.Zero))
                continue;
            try
            {
                await EndAsync(actor, turn, deactivate);
            }
            finally
            {
                turn.Lock.Release();
            }
        }
    }

    /// <summary>Begins no more turns, waits for those under way, and lets all actors go.</summary>
    public async Task CloseAsync(Func<ActorName, Task> deactivate)
    {
        _isClosed = true;
        await Task.WhenAll(_turns.Select(async pair =>
        {
            await pair.Value.Lock.WaitAsync();
            try
            {
                await EndAsync(pair.Key, pair.Value, deactivate);
            }
            finally
            {
                pair.Value.Lock.Release();
            }
        }));
    }

    async Task EndAsync(ActorName actor, Turn turn, Func<ActorName, Task> deactivate)
    {
        if (turn.IsOver)
            return;
        await deactivate(actor);
        turn.IsOver = true;
        _turns.TryRemove(KeyValuePair.Create(actor, turn));
    }

    sealed class Turn
    {
        public SemaphoreSlim Lock { get; } = new(1);

        /// <summary>Set under the lock: whoever waited for it takes a new turn.</summary>
        public bool IsOver { get; set; }

        public DateTimeOffset LastUsed { get; set; }
    }
}
