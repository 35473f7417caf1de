using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Sessions;

/// <summary>One immutable record of a session's log: the turns of one request or of several that came together. Or the seal that closes the log.</summary>
/// <param name="Number">Its number in the log, from 1.</param>
/// <param name="Id">Drawn by the writer, so that a read-back tells its own block from another's.</param>
/// <param name="First">The number of its first turn; of a seal, the one that the next turn would have had.</param>
/// <param name="Entries">One for each request, in order; none in a seal.</param>
internal sealed record TurnBlock(long Number, Guid Id, long First, IReadOnlyList<TurnEntry> Entries)
{
    /// <summary>Of a seal: whose deletion it is, so that whoever finishes that does it in their name; null where nobody noted it.</summary>
    public TurnSeal? Seal { get; init; }

    /// <summary>Whether it closes the log: nothing stands behind it, ever.</summary>
    public bool IsSeal => Entries.Count == 0;

    /// <summary>The number of its last turn.</summary>
    public long Last => First - 1 + Entries.Sum(entry => (long)entry.Turns.Count);

    /// <summary>Its turns with their numbers, in order.</summary>
    public IEnumerable<Turn> Turns => Entries.SelectMany(entry => entry.Turns).Select((turn, i) => turn with { Number = First + i });
}

/// <summary>What one request appended.</summary>
/// <param name="By">The agent that sent it.</param>
/// <param name="RequestId">Its idempotency key.</param>
/// <param name="RequestDigest">A digest of all that the client sent under that key.</param>
/// <param name="Turns">At least one.</param>
/// <param name="Dependencies">What its writer had seen in other spaces of the tenant, or null for nothing.</param>
internal sealed record TurnEntry(string By, string RequestId, UInt128 RequestDigest, IReadOnlyList<Turn> Turns, DependencySet? Dependencies = null);

/// <summary>The request that closed a log.</summary>
/// <param name="By">The agent that sent it.</param>
/// <param name="RequestId">Its idempotency key.</param>
/// <param name="RequestDigest">A digest of all that the client sent under that key.</param>
internal sealed record TurnSeal(string By, string RequestId, UInt128 RequestDigest);
