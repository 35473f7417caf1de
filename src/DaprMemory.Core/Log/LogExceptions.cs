using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Log;

/// <summary>The commit store gave no answer; nothing was decided by this call.</summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>A record of the log is torn, foreign or does not continue the hash chain.</summary>
public sealed class LogCorruptException : Exception
{
    /// <summary>Tells of what was found. It is counted here, so that whoever catches it need not.</summary>
    /// <param name="space">The space.</param>
    /// <param name="commit">The number of the first commit that does not verify.</param>
    /// <param name="reason">What does not fit.</param>
    public LogCorruptException(SpaceId space, long commit, string reason)
        : base($"commit {commit} of {space} does not verify: {reason}")
    {
        Space = space;
        Commit = commit;
        CoreInstruments.CorruptRecords.Add(1, CoreInstruments.OfLog);
    }

    /// <summary>The space.</summary>
    public SpaceId Space { get; }

    /// <summary>The number of the first commit that does not verify.</summary>
    public long Commit { get; }
}
