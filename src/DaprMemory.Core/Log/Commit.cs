using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Log;

/// <summary>One immutable record of a space's log: entry by entry, what changed and who asked for it.</summary>
/// <param name="Number">Its number in the space, from 1.</param>
/// <param name="Id">Drawn by the writer, so that a read-back tells its own commit from another's.</param>
/// <param name="Previous">The hash of the commit before; for the first, a value derived from the space's name.</param>
/// <param name="At">When it was built, to the millisecond; never before the commit before it.</param>
/// <param name="Entries">One for each request, in order.</param>
public sealed record Commit(long Number, Guid Id, ReadOnlyMemory<byte> Previous, DateTimeOffset At, IReadOnlyList<Entry> Entries)
{
    /// <summary>SHA-256 over the canonical form; what the next commit names as <see cref="Previous"/>.</summary>
    public ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>The signature of <see cref="Hash"/>, a compact JWS; null if the writer had no key.</summary>
    public string? Signature { get; init; }
}

/// <summary>What one request did.</summary>
/// <param name="By">The agent.</param>
/// <param name="RequestId">Its idempotency key.</param>
/// <param name="RequestDigest">A digest of all that the client sent under that key.</param>
/// <param name="Changes">At least one, unless it was refused.</param>
/// <param name="Dependencies">What its writer had seen in other spaces of the tenant, or null for nothing.</param>
/// <param name="Refusal">Why it changed nothing; null if it took place.</param>
/// <param name="Via">How the agent showed who it is: <c>jwt:</c> and its token's id, or <c>app:</c> and its Dapr app id; null if it did not.</param>
public sealed record Entry(
    string By,
    string RequestId,
    UInt128 RequestDigest,
    IReadOnlyList<Change> Changes,
    DependencySet? Dependencies = null,
    Refusal? Refusal = null,
    string? Via = null);

/// <summary>Why a repeated request changed nothing, written down so that no earlier attempt of it can take place any more.</summary>
/// <param name="Reason">The rule that it broke.</param>
/// <param name="Index">The index of the mutation that broke it.</param>
/// <param name="Current">The ETag that the record had; null if there was no record.</param>
public sealed record Refusal(RefusalReason Reason, int Index, ETag? Current);

/// <summary>The rule that a refused request broke.</summary>
public enum RefusalReason
{
    /// <summary>A precondition did not hold.</summary>
    PreconditionFailed = 1,

    /// <summary>There was no record to change.</summary>
    NotFound = 2,

    /// <summary>The value would have become too large.</summary>
    TooLarge = 3,
}

/// <summary>One changed record.</summary>
/// <param name="Key">The record.</param>
/// <param name="Content">The new value, or null for a tombstone.</param>
/// <param name="Was">The record's ETag before; null if there was none.</param>
/// <param name="ExpiresAt">When the record ceases to exist, to the millisecond.</param>
/// <param name="Tags">The tags, or null for none.</param>
public sealed record Change(RecordKey Key, Content? Content, ETag? Was, DateTimeOffset? ExpiresAt = null, string[]? Tags = null);

/// <summary>A value in the log. The hash chain covers only its digest, so that the value can be erased and the log still verifies.</summary>
/// <param name="Digest">SHA-256 of salt ‖ value, 32 bytes.</param>
/// <param name="Salt">16 random bytes, so that an erased value can't be guessed from its digest. Empty once erased.</param>
/// <param name="Json">The JSON text as it was put, UTF-8; null once erased.</param>
public sealed record Content(ReadOnlyMemory<byte> Digest, ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte>? Json);
