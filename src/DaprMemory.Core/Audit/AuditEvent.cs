using DaprMemory.Core.Log;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Audit;

/// <summary>Something that an agent did, as a signed log has it.</summary>
/// <param name="Space">The space.</param>
/// <param name="At">When.</param>
/// <param name="By">The agent; of what the system did by itself, <c>daprmemory</c>.</param>
/// <param name="Via">How the agent showed who it is; see <see cref="Entry.Via"/>.</param>
/// <param name="KeyId">The key that the log's commit is signed with; null if it is not signed.</param>
public abstract record AuditEvent(string Space, DateTimeOffset At, string By, string? Via, string? KeyId)
{
    /// <summary>Whether it is about a record of this key, of whatever kind.</summary>
    public abstract bool IsAbout(string key);
}

/// <summary>A request that changed a space, or was refused for good.</summary>
/// <param name="Space">The space.</param>
/// <param name="Place">Its entry's place in the log, the ETag of what it changed.</param>
/// <param name="At">When its commit was built.</param>
/// <param name="Entry">What it did.</param>
/// <param name="KeyId">The key that the commit is signed with; null if it is not signed.</param>
public sealed record AuditedWrite(string Space, ETag Place, DateTimeOffset At, Entry Entry, string? KeyId) : AuditEvent(Space, At, Entry.By, Entry.Via, KeyId)
{
    /// <inheritdoc />
    public override bool IsAbout(string key) => Entry.Changes.Any(change => change.Key.Key == key);
}

/// <summary>A request that learned something, or how many of them were not written down.</summary>
/// <param name="Shard">The node that noted it.</param>
/// <param name="Read">What was read.</param>
/// <param name="KeyId">The key that the trail's commit is signed with; null if it is not signed.</param>
/// <param name="Dropped">How many reads the node could not write down before these; then nothing else is known. 0 for a read.</param>
public sealed record AuditedRead(string Shard, ReadRecord Read, string? KeyId, long Dropped = 0) : AuditEvent(Read.Space, Read.At, Read.By, Read.Via, KeyId)
{
    /// <inheritdoc />
    public override bool IsAbout(string key) => Read.Keys?.Contains(key) == true;
}
