using DaprMemory.Core.State;

namespace DaprMemory.Client;

/// <summary>What became of a transaction: <see cref="Committed"/>, or a reason that the caller has to handle, and then nothing was written.</summary>
public abstract record TransactionResult
{
    TransactionResult() { }

    /// <summary>All of it stands in the log.</summary>
    /// <param name="Version">The space's version that holds it.</param>
    /// <param name="ETags">For each change the record's ETag after it; null: a check of a record that does not exist.</param>
    public sealed record Committed(long Version, IReadOnlyList<ETag?> ETags) : TransactionResult;

    /// <summary>A precondition does not hold.</summary>
    /// <param name="Index">The change's place in the transaction.</param>
    /// <param name="Key">The record.</param>
    /// <param name="Current">Its ETag now; null if there is no record.</param>
    public sealed record PreconditionFailed(int Index, string Key, ETag? Current) : TransactionResult;

    /// <summary>A patch or an unconditional delete found no record.</summary>
    /// <param name="Key">The record, if the service named it.</param>
    public sealed record NotFound(string? Key) : TransactionResult;
}
