namespace DaprMemory.Core.Sessions;

/// <summary>What became of an <see cref="AppendRequest"/>.</summary>
public abstract record AppendOutcome
{
    AppendOutcome() { }

    /// <summary>The turns stand in the session (now, or since an earlier attempt with the same idempotency key).</summary>
    /// <param name="First">The number of the first one.</param>
    /// <param name="Last">The number of the last one.</param>
    public sealed record Appended(long First, long Last) : AppendOutcome;

    /// <summary>The idempotency key was used before for another request; nothing was appended.</summary>
    public sealed record IdempotencyMismatch : AppendOutcome;

    /// <summary>The session is there, and is kept for another time than was demanded; nothing was appended.</summary>
    /// <param name="Retention">The session's.</param>
    public sealed record RetentionDiffers(TimeSpan Retention) : AppendOutcome;

    /// <summary>The request is more than the store takes under one key; nothing was appended.</summary>
    /// <param name="LimitBytes">What it takes.</param>
    public sealed record TooLarge(int LimitBytes) : AppendOutcome;

    /// <summary>A store gave no definite answer in time.</summary>
    /// <param name="OutcomeUnknown"><c>false</c>: certainly nothing was appended. <c>true</c>: it may have been, or still may be; a retry under the same idempotency key learns the truth.</param>
    public sealed record Unavailable(bool OutcomeUnknown) : AppendOutcome;

    /// <summary>The log is closed: the session was deleted or has expired. Nothing was appended; what comes belongs to a new session.</summary>
    internal sealed record Closed : AppendOutcome;
}
