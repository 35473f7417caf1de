namespace DaprMemory.Core.Spaces;

/// <summary>A request on its way into a log, and the promise of its outcome.</summary>
/// <param name="identity">Who sent it under which idempotency key.</param>
/// <param name="bytes">The bytes that it brings.</param>
internal abstract class Pending<TOutcome>(UInt128 identity, int bytes)
{
    const int Waiting = 0;
    const int Submitted = 1;
    const int Abandoned = 2;

    readonly TaskCompletionSource<TOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _state;

    public UInt128 Identity => identity;

    public int Bytes => bytes;

    public Task<TOutcome> Outcome => _outcome.Task;

    /// <summary>Nobody waits for it any more, or it has its outcome.</summary>
    public bool IsOver => Volatile.Read(ref _state) == Abandoned || _outcome.Task.IsCompleted;

    public void Complete(TOutcome outcome) => _outcome.TrySetResult(outcome);

    public void Fail(Exception exception) => _outcome.TrySetException(exception);

    /// <summary>Marks it as part of a record about to be saved; <c>false</c>: its caller has gone, so it must not be.</summary>
    public bool TrySubmit() => Interlocked.CompareExchange(ref _state, Submitted, Waiting) == Waiting;

    /// <summary>Its record lost the race and will never be: it waits again, unless its caller has gone.</summary>
    public void Withdraw() => Interlocked.CompareExchange(ref _state, Waiting, Submitted);

    /// <summary>The caller stops waiting: it will not be tried again. What it can be told depends on whether it may stand in the log.</summary>
    public TOutcome Abandon()
    {
        var isUnknown = Interlocked.Exchange(ref _state, Abandoned) == Submitted;
        if (isUnknown)
            CoreInstruments.Unknown.Add(1);
        return Unavailable(isUnknown);
    }

    /// <summary>What a caller is told that gets no definite answer.</summary>
    protected abstract TOutcome Unavailable(bool outcomeUnknown);
}
