using DaprMemory.Core.Sessions;

namespace DaprMemory.Client;

/// <summary>Turns of a session that were read.</summary>
/// <param name="Turns">The turns, in order.</param>
/// <param name="Missing">Turns among them that the service has lost.</param>
/// <param name="Newest">The number of the session's newest turn.</param>
/// <param name="Next">What to give as <see cref="TurnsOptions.Before"/> to read what was said before these; null when there is nothing.</param>
/// <param name="Summary">What was said before these, in short, if it was asked for and there is something.</param>
public sealed record TurnsPage(IReadOnlyList<Turn> Turns, IReadOnlyList<TurnRange> Missing, long Newest, long? Next, Summary? Summary);
