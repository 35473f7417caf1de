using DaprMemory.Core.Sessions;
using DaprMemory.Service.Commits;

namespace DaprMemory.Service.Sessions;

/// <summary>Turns of a session.</summary>
/// <param name="Session">The session.</param>
/// <param name="Summary">What the turns before these said, in short; absent unless it was asked for.</param>
/// <param name="Turns">The turns, in order.</param>
/// <param name="Missing">Turns among them that the hot store has lost; absent when there are none.</param>
/// <param name="Newest">The number of the session's newest turn; 0 when there is none.</param>
/// <param name="Next">What to pass as <c>before</c> to get the turns before these; absent when there are none.</param>
/// <param name="Version">The version of the space that was served.</param>
internal sealed record TurnList(
    string Session, Summary? Summary, IReadOnlyList<TurnItem> Turns, IReadOnlyList<TurnRange>? Missing, long Newest, long? Next, long Version);

/// <summary>One turn.</summary>
/// <param name="N">Its number, from 1.</param>
/// <param name="Role">In what role it was said.</param>
/// <param name="Text">What was said, unless it is made of parts.</param>
/// <param name="Parts">What was said, if it is made of parts.</param>
/// <param name="Agent">Who said it.</param>
/// <param name="At">When.</param>
/// <param name="Metadata">The agent's own; absent when there is none.</param>
internal sealed record TurnItem(long N, string Role, RawJson? Text, RawJson? Parts, string Agent, DateTimeOffset At, RawJson? Metadata)
{
    /// <summary>The turn as it looks in an answer.</summary>
    public static TurnItem From(Turn turn)
    {
        var content = new RawJson(turn.Content);
        var metadata = turn.Metadata.IsEmpty ? (RawJson?)null : new RawJson(turn.Metadata);
        return turn.HasParts
            ? new TurnItem(turn.Number, turn.Role, null, content, turn.Agent, turn.At, metadata)
            : new TurnItem(turn.Number, turn.Role, content, null, turn.Agent, turn.At, metadata);
    }
}
