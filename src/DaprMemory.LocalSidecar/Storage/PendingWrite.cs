using DaprMemory.LocalSidecar.Behaviours;
using DaprMemory.LocalSidecar.State;

namespace DaprMemory.LocalSidecar.Storage;

/// <summary>A write that waits for its turn. It completes after the commit that holds it.</summary>
internal abstract class PendingWrite() : TaskCompletionSource<WriteOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>The outcome, once applied; it holds only if the commit succeeds.</summary>
    public WriteOutcome Outcome { get; protected set; }

    public abstract void Apply(StateTable table, StoreBehaviour behaviour, long now);
}

/// <summary>One operation on its own.</summary>
internal sealed class PendingOperation(StateOperation operation) : PendingWrite
{
    public override void Apply(StateTable table, StoreBehaviour behaviour, long now) => Outcome = behaviour.Apply(operation, table, now);
}

/// <summary>The operations of one transaction request.</summary>
internal sealed class PendingTransaction(IReadOnlyList<StateOperation> operations) : PendingWrite
{
    public override void Apply(StateTable table, StoreBehaviour behaviour, long now) => Outcome = behaviour.ApplyAll(operations, table, now);
}

/// <summary>The removal of expired records, as many as one turn allows.</summary>
internal sealed class PendingCleanup : PendingWrite
{
    public bool IsMoreLeft { get; private set; }

    public override void Apply(StateTable table, StoreBehaviour behaviour, long now)
    {
        IsMoreLeft = table.RemoveExpired(now);
        Outcome = WriteOutcome.Done;
    }
}
