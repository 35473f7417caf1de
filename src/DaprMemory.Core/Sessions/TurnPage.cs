using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Sessions;

/// <summary>Which turns to read: the newest ones that all of this allows.</summary>
/// <param name="Before">Only turns with smaller numbers; null for all.</param>
/// <param name="Limit">At most so many numbers.</param>
/// <param name="MaxTokens">At most so many tokens; null for any.</param>
public sealed record TurnQuery(long? Before = null, int Limit = SessionsOptions.MaxPageTurns, int? MaxTokens = null);

/// <summary>Turns that were read: all from <see cref="First"/> to <see cref="Last"/>, but for the missing ones.</summary>
/// <param name="Turns">The turns, in order.</param>
/// <param name="Missing">Turns that the hot store has lost.</param>
/// <param name="First">The first number of the page; greater than <see cref="Last"/> when it is empty.</param>
/// <param name="Last">The last number of the page.</param>
/// <param name="Newest">The number of the session's newest turn; 0 when there is none.</param>
/// <param name="Dependencies">What the writers of these turns had seen in other spaces: who reads them has seen that, too.</param>
/// <param name="Source">The farthest that the turns had to be fetched from.</param>
public sealed record TurnPage(
    IReadOnlyList<Turn> Turns, IReadOnlyList<TurnRange> Missing, long First, long Last, long Newest, DependencySet Dependencies, ValueSource Source);

/// <summary>Turns that follow each other.</summary>
/// <param name="From">The first number.</param>
/// <param name="To">The last number.</param>
public readonly record struct TurnRange(long From, long To);
