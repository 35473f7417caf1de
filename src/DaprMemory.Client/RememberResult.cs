using DaprMemory.Core.Sessions;

namespace DaprMemory.Client;

/// <summary>What became of turns that were to be remembered.</summary>
/// <param name="Items">Their memories, in the order of the turns.</param>
/// <param name="UpTo">The last turn that was dealt with.</param>
/// <param name="Skipped">How many turns have no memory: they are in other roles, or have no text.</param>
/// <param name="Missing">Turns that the service has lost.</param>
/// <param name="Newest">The number of the session's newest turn.</param>
public sealed record RememberResult(IReadOnlyList<RememberedTurn> Items, long UpTo, int Skipped, IReadOnlyList<TurnRange> Missing, long Newest);
