using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Sessions;

/// <summary>An <see cref="AppendRequest"/>, or the wish to seal the log, on its way into a session's log.</summary>
internal sealed class PendingAppend : Pending<AppendOutcome>
{
    public PendingAppend(AppendRequest request)
        : base(IdempotencyWindow.Identify(request.By, request.RequestId), request.Turns.Sum(turn => turn.Content.Length + turn.Metadata.Length)) => Request = request;

    public PendingAppend(TurnSeal seal)
        : base(0, 0) => Seal = seal;

    /// <summary>What to append; null for a seal.</summary>
    public AppendRequest? Request { get; }

    /// <summary>The seal; null for what is to be appended.</summary>
    public TurnSeal? Seal { get; }

    protected override AppendOutcome Unavailable(bool outcomeUnknown) => new AppendOutcome.Unavailable(outcomeUnknown);
}
