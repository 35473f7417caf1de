using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Sessions;

/// <summary>A block of a session's turns is torn or foreign.</summary>
public sealed class SessionCorruptException : Exception
{
    /// <summary>Tells of what was found, and counts it.</summary>
    /// <param name="space">The space.</param>
    /// <param name="session">The session.</param>
    /// <param name="block">The block's number.</param>
    /// <param name="reason">What does not fit.</param>
    public SessionCorruptException(SpaceId space, string session, long block, string reason)
        : base($"block {block} of session {session} of {space} can't be read: {reason}") =>
        CoreInstruments.CorruptRecords.Add(1, CoreInstruments.OfSession);
}
