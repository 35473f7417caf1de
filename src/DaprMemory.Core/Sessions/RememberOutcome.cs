using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Sessions;

/// <summary>What became of a <see cref="RememberRequest"/>.</summary>
public abstract record RememberOutcome
{
    RememberOutcome() { }

    /// <summary>The turns have their memories (now, or since an earlier attempt with the same idempotency key).</summary>
    /// <param name="Write">The entry that made them.</param>
    /// <param name="From">The first turn that was dealt with; greater than <paramref name="UpTo"/> when there was none.</param>
    /// <param name="UpTo">The last one.</param>
    /// <param name="Items">The memories, in the order of the turns.</param>
    /// <param name="Skipped">How many turns have none: they are in other roles, or have no text.</param>
    /// <param name="Missing">Turns that the hot store has lost.</param>
    /// <param name="Newest">The number of the session's newest turn.</param>
    /// <param name="Next">The turn that comes next; null when all that was asked for is done.</param>
    public sealed record Remembered(
        WriteOutcome.Committed Write,
        long From,
        long UpTo,
        IReadOnlyList<TurnMemory> Items,
        int Skipped,
        IReadOnlyList<TurnRange> Missing,
        long Newest,
        long? Next) : RememberOutcome;

    /// <summary>Nothing was remembered.</summary>
    /// <param name="Why">NotFound: there is no such session. Unavailable; IdempotencyMismatch.</param>
    public sealed record Refused(WriteOutcome Why) : RememberOutcome;

    /// <summary>The turns that were remembered would be more separate ranges than a session keeps; nothing was remembered.</summary>
    public sealed record TooScattered : RememberOutcome;
}

/// <summary>A memory of a turn.</summary>
/// <param name="Turn">The turn.</param>
/// <param name="Id">The memory's id.</param>
/// <param name="ETag">Its ETag.</param>
/// <param name="IsNew">Whether it was not there before.</param>
public readonly record struct TurnMemory(long Turn, string Id, ETag ETag, bool IsNew);
