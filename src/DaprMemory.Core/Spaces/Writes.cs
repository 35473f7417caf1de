using DaprMemory.Core.Log;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Spaces;

/// <summary>What a mutation does to its record.</summary>
public enum MutationKind
{
    /// <summary>Sets the value.</summary>
    Put,

    /// <summary>Applies a JSON merge patch (RFC 7396) to the value; the record must exist.</summary>
    Merge,

    /// <summary>Leaves a tombstone; the record must exist.</summary>
    Delete,

    /// <summary>Changes nothing, only tests the precondition.</summary>
    Check,

    /// <summary>Sets the value if there is no record; one that is there stays as it is, and its ETag is the result's.</summary>
    Add,

    /// <summary>Sets the value to what <see cref="Mutation.Edit"/> makes of it; the record must exist, and keeps its expiry and tags.</summary>
    Edit,
}

/// <summary>What must be true of a record for a mutation to take place.</summary>
/// <param name="Absent">The record must not exist.</param>
/// <param name="Matches">Not null: the record must exist; and, unless empty, its ETag must be one of these.</param>
public readonly record struct Precondition(bool Absent, IReadOnlyList<ETag>? Matches)
{
    /// <summary><c>If-None-Match: *</c>.</summary>
    public static Precondition MustBeAbsent { get; } = new(true, null);

    /// <summary><c>If-Match: *</c>.</summary>
    public static Precondition MustExist { get; } = new(false, []);

    /// <summary><c>If-Match: "n.i"</c>.</summary>
    public static Precondition Match(params ETag[] etags) => new(false, etags);
}

/// <summary>One intended change of a record.</summary>
/// <param name="Key">The record.</param>
/// <param name="Kind">What to do.</param>
/// <param name="Value">Put, Add: the JSON value. Merge: the patch. UTF-8, already checked to be one JSON value.</param>
/// <param name="Precondition">What must be true.</param>
/// <param name="TimeToLive">Put, Add: the record's life, null for ever. Merge: null keeps the expiry.</param>
/// <param name="Tags">Put, Add: the tags, null for none. Merge: null keeps them.</param>
/// <param name="Edit">Edit: gives the new value for the current one. It may run more than once, and nothing changes when it gives the same text.</param>
public sealed record Mutation(
    RecordKey Key,
    MutationKind Kind,
    ReadOnlyMemory<byte> Value = default,
    Precondition Precondition = default,
    TimeSpan? TimeToLive = null,
    string[]? Tags = null,
    Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? Edit = null);

/// <summary>One client request that changes a space: all of its mutations take place, or none.</summary>
/// <param name="By">The agent.</param>
/// <param name="RequestId">The idempotency key.</param>
/// <param name="RequestDigest">A digest of everything the client sent, to tell a retry from another request under the same key.</param>
/// <param name="Mutations">At least one; each record at most once.</param>
/// <param name="Dependencies">What the client has seen in other spaces of the tenant, or null for nothing.</param>
/// <param name="IsRepeat">
/// An earlier attempt may still be under way, on another node perhaps. Then a refusal stands in the log before it is told, so that the
/// earlier attempt finds it there and can't take place behind it.
/// </param>
/// <param name="Via">How the agent showed who it is; see <see cref="Entry.Via"/>.</param>
public sealed record WriteRequest(
    string By,
    string RequestId,
    UInt128 RequestDigest,
    IReadOnlyList<Mutation> Mutations,
    DependencySet? Dependencies = null,
    bool IsRepeat = false,
    string? Via = null);

/// <summary>What became of one mutation.</summary>
/// <param name="Key">The record.</param>
/// <param name="ETag">Its ETag after the commit: the entry's place if it changed; else that of the record that an Add or Edit found; null for <see cref="MutationKind.Check"/>.</param>
/// <param name="Created">The record did not exist before.</param>
public readonly record struct MutationResult(RecordKey Key, ETag? ETag, bool Created);

/// <summary>What became of a <see cref="WriteRequest"/>.</summary>
public abstract record WriteOutcome
{
    WriteOutcome() { }

    /// <summary>What was refused, as the log keeps it; null for every other outcome.</summary>
    internal Refusal? ToRefusal() => this switch
    {
        PreconditionFailed failed => new Refusal(RefusalReason.PreconditionFailed, failed.Index, failed.Current),
        NotFound missing => new Refusal(RefusalReason.NotFound, missing.Index, null),
        TooLarge large => new Refusal(RefusalReason.TooLarge, large.Index, null),
        _ => null,
    };

    /// <summary>The outcome that the log keeps of a refused request.</summary>
    internal static WriteOutcome From(Refusal refusal, WriteRequest request, long version)
    {
        var key = request.Mutations[refusal.Index].Key;
        return refusal.Reason switch
        {
            RefusalReason.PreconditionFailed => new PreconditionFailed(refusal.Index, key, refusal.Current, version),
            RefusalReason.NotFound => new NotFound(refusal.Index, key, version),
            _ => new TooLarge(refusal.Index, key),
        };
    }

    /// <summary>It stands in the log (now, or since an earlier attempt with the same idempotency key).</summary>
    /// <param name="Place">The entry's place, the ETag of everything it changed. Null when the request changed nothing (only checks).</param>
    /// <param name="Version">The space's version that holds it.</param>
    /// <param name="Results">One for each mutation, in order.</param>
    public sealed record Committed(ETag? Place, long Version, IReadOnlyList<MutationResult> Results) : WriteOutcome;

    /// <summary>A precondition did not hold; nothing was written.</summary>
    /// <param name="Index">The mutation's index.</param>
    /// <param name="Key">Its record.</param>
    /// <param name="Current">The record's ETag now, null if there is no record.</param>
    /// <param name="Version">The version at which it was checked.</param>
    public sealed record PreconditionFailed(int Index, RecordKey Key, ETag? Current, long Version) : WriteOutcome;

    /// <summary>A record that a Merge, an Edit or an unconditional Delete needs does not exist; nothing was written.</summary>
    /// <param name="Index">The mutation's index.</param>
    /// <param name="Key">Its record.</param>
    /// <param name="Version">The version at which it was checked.</param>
    public sealed record NotFound(int Index, RecordKey Key, long Version) : WriteOutcome;

    /// <summary>The value that a Merge or an Edit gives is larger than a value may be, or the request is more than the store takes under one key; nothing was written.</summary>
    /// <param name="Index">The mutation's index.</param>
    /// <param name="Key">Its record.</param>
    /// <param name="LimitBytes">What was exceeded.</param>
    public sealed record TooLarge(int Index, RecordKey Key, int LimitBytes = SpaceOptions.MaxValueBytes) : WriteOutcome;

    /// <summary>The idempotency key was used before for another request; nothing was written.</summary>
    public sealed record IdempotencyMismatch : WriteOutcome;

    /// <summary>The store gave no definite answer in time.</summary>
    /// <param name="OutcomeUnknown"><c>false</c>: certainly nothing was written. <c>true</c>: it may have been, or still may be; a retry under the same idempotency key learns the truth.</param>
    public sealed record Unavailable(bool OutcomeUnknown) : WriteOutcome;
}
