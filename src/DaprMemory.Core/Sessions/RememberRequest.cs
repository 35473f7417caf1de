using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Sessions;

/// <summary>Asks to make memories of turns.</summary>
/// <param name="Write">Who asks, under which idempotency key; its mutations are replaced.</param>
/// <param name="Rule">What becomes of the turns.</param>
/// <param name="From">The first turn; null for the first one that has not been remembered, and then only such are.</param>
/// <param name="To">The last turn; null for the newest.</param>
public sealed record RememberRequest(WriteRequest Write, RememberRule Rule, long? From = null, long? To = null);
