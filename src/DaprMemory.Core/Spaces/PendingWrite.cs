namespace DaprMemory.Core.Spaces;

/// <summary>A request on its way into the log, and the promise of its outcome.</summary>
internal sealed class PendingWrite
{
    const int Waiting = 0;
    const int Submitted = 1;
    const int Abandoned = 2;

    readonly TaskCompletionSource<WriteOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _state;

    public PendingWrite(WriteRequest request)
    {
        Request = request;
        Identity = IdempotencyWindow.Identify(request.By, request.RequestId);
        foreach (var mutation in request.Mutations)
            Bytes += mutation.Value.Length;
    }

    public WriteRequest Request { get; }

    public UInt128 Identity { get; }

    /// <summary>The bytes of values that it brings.</summary>
    public int Bytes { get; }

    public Task<WriteOutcome> Outcome => _outcome.Task;

    /// <summary>Nobody waits for it any more, or it has its outcome.</summary>
    public bool IsOver => Volatile.Read(ref _state) == Abandoned || _outcome.Task.IsCompleted;

    public void Complete(WriteOutcome outcome) => _outcome.TrySetResult(outcome);

    public void Fail(Exception exception) => _outcome.TrySetException(exception);

    /// <summary>Marks it as part of a commit about to be saved; <c>false</c>: its caller has gone, so it must not be.</summary>
    public bool TrySubmit() => Interlocked.CompareExchange(ref _state, Submitted, Waiting) == Waiting;

    /// <summary>Its commit lost the race and will never be: it waits again, unless its caller has gone.</summary>
    public void Withdraw() => Interlocked.CompareExchange(ref _state, Waiting, Submitted);

    /// <summary>The caller stops waiting: it will not be tried again. What it can be told depends on whether it may stand in the log.</summary>
    public WriteOutcome.Unavailable Abandon() => new(OutcomeUnknown: Interlocked.Exchange(ref _state, Abandoned) == Submitted);
}
