namespace DaprMemory.Core.Spaces;

/// <summary>A <see cref="WriteRequest"/> on its way into a space's log.</summary>
internal sealed class PendingWrite(WriteRequest request)
    : Pending<WriteOutcome>(IdempotencyWindow.Identify(request.By, request.RequestId), request.Mutations.Sum(mutation => mutation.Value.Length))
{
    public WriteRequest Request => request;

    /// <summary>What the store takes under one key, once it is known that this write alone is more.</summary>
    public int? ExceededBytes { get; set; }

    protected override WriteOutcome Unavailable(bool outcomeUnknown) => new WriteOutcome.Unavailable(outcomeUnknown);
}
