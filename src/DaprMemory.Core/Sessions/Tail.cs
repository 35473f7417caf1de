namespace DaprMemory.Core.Sessions;

/// <summary>The end of a session's log.</summary>
/// <param name="Block">The number of the last block; 0 when there is none.</param>
/// <param name="Turn">The number of the last turn; 0 when there is none.</param>
/// <param name="IsSealed">Whether the last block is the seal.</param>
internal sealed record Tail(long Block, long Turn, bool IsSealed = false)
{
    /// <summary>Who sealed it, where that is known.</summary>
    public TurnSeal? Seal { get; init; }

    /// <summary>The end of a log that has just begun.</summary>
    public static Tail None { get; } = new(0, 0);

    /// <summary>The end of a log whose last block this is.</summary>
    public static Tail At(TurnBlock last) => new(last.Number, last.Last, last.IsSeal) { Seal = last.Seal };
}
