using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Sessions;

/// <summary>A block of a session's turns is torn or foreign.</summary>
/// <param name="space">The space.</param>
/// <param name="session">The session.</param>
/// <param name="block">The block's number.</param>
/// <param name="reason">What does not fit.</param>
public sealed class SessionCorruptException(SpaceId space, string session, long block, string reason)
    : Exception($"block {block} of session {session} of {space} can't be read: {reason}");
