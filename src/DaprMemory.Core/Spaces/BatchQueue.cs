using System.Diagnostics.CodeAnalysis;

namespace DaprMemory.Core.Spaces;

/// <summary>
/// Requests that wait to be written, and one run after the other that writes them. What waits while a run is under way goes into the next
/// one together, so group commit comes by itself.
/// </summary>
/// <param name="limits">How many may wait, how many and how much make a batch, and how long a caller waits.</param>
/// <param name="time">The clock.</param>
/// <param name="write">Writes a batch and completes its members; never called twice at once.</param>
[SuppressMessage("Design", "CA1001", Justification = "The source has no timer and no handle: nothing to release.")]
internal sealed class BatchQueue<TPending, TOutcome>(SpaceOptions limits, TimeProvider time, Func<List<TPending>, Task> write)
    where TPending : Pending<TOutcome>
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(4);
    static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    readonly Lock _lock = new();
    readonly Queue<TPending> _waiting = new();
    readonly CancellationTokenSource _stopping = new();
    Task _running = Task.CompletedTask;
    bool _isRunning;
    bool _isClosed;

    /// <summary>Whether a request waits or is under way.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_lock)
                return _isRunning;
        }
    }

    /// <summary>Ends what is under way, because nobody waits for it to be finished any more.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Takes a request and waits for its outcome. <paramref name="cancellationToken"/> ends the wait, not the write.</summary>
    public async Task<TOutcome> AddAsync(TPending pending, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_isClosed || _waiting.Count >= limits.MaxWaitingWrites)
                return pending.Abandon();
            _waiting.Enqueue(pending);
            if (!_isRunning)
            {
                _isRunning = true;
                _running = Task.Run(RunAsync, CancellationToken.None);
            }
        }
        try
        {
            return await pending.Outcome.WaitAsync(limits.WriteTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return pending.Abandon();
        }
    }

    /// <summary>Takes no more requests and waits for those that were taken; when the token ends the wait, the rest is given up.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        Task running;
        lock (_lock)
        {
            _isClosed = true;
            running = _running;
        }
        using (cancellationToken.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), _stopping))
            await running.ConfigureAwait(false);
    }

    /// <summary>Waits a little before the next attempt, the longer the more there were.</summary>
    public Task PauseAsync(int attempt)
    {
        var longest = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, 16)), LongestPause.TotalMilliseconds);
        return Task.Delay(TimeSpan.FromMilliseconds(longest * Random.Shared.NextDouble()), time, _stopping.Token);
    }

    async Task RunAsync()
    {
        while (TakeBatch() is { } batch)
        {
            try
            {
                await write(batch).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                foreach (var pending in batch)
                    pending.Complete(pending.Abandon());
            }
#pragma warning disable CA1031 // Every caller of the batch gets the exception; the queue lives on.
            catch (Exception e)
#pragma warning restore CA1031
            {
                foreach (var pending in batch)
                    pending.Fail(e);
            }
        }
    }

    List<TPending>? TakeBatch()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _isRunning = false;
                return null;
            }
            var batch = new List<TPending>();
            var bytes = 0;
            while (batch.Count < limits.MaxCommitEntries && _waiting.TryPeek(out var next)
                && (batch.Count == 0 || bytes + next.Bytes <= limits.MaxCommitBytes))
            {
                bytes += next.Bytes;
                batch.Add(_waiting.Dequeue());
            }
            return batch;
        }
    }
}
