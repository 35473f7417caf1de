using DaprMemory.Core.State;

namespace DaprMemory.Client;

/// <summary>What became of a write: <see cref="Written"/>, or a reason that the caller has to handle, and then nothing was written.</summary>
public abstract record WriteResult
{
    WriteResult() { }

    /// <summary>It stands in the log (now, or since an earlier attempt with the same idempotency key).</summary>
    /// <param name="ETag">The record's new ETag. Its commit is the version that holds the write.</param>
    /// <param name="Created">The record did not exist before.</param>
    public sealed record Written(ETag ETag, bool Created) : WriteResult;

    /// <summary>A precondition does not hold.</summary>
    /// <param name="Key">The record.</param>
    /// <param name="Current">Its ETag now; null if there is no record.</param>
    public sealed record PreconditionFailed(string Key, ETag? Current) : WriteResult;

    /// <summary>A patch or an unconditional delete found no record.</summary>
    /// <param name="Key">The record.</param>
    public sealed record NotFound(string Key) : WriteResult;
}
