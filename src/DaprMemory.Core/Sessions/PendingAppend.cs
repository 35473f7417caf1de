using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Sessions;

/// <summary>An <see cref="AppendRequest"/>, or the wish to seal the log, on its way into a session's log.</summary>
internal sealed class PendingAppend : Pending<AppendOutcome>
{
    public PendingAppend(AppendRequest request)
        : base(IdempotencyWindow.Identify(request.By, request.RequestId), request.Turns.Sum(turn => turn.Content.Length + turn.Metadata.Length)) => Request = request;

    PendingAppend()
        : base(0, 0)
    {
    }

    /// <summary>What to append; null for the seal.</summary>
    public AppendRequest? Request { get; }

    public static PendingAppend NewSeal() => new();

    protected override AppendOutcome Unavailable(bool outcomeUnknown) => new AppendOutcome.Unavailable(outcomeUnknown);
}
