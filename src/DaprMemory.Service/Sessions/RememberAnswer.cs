using System.Text.Json.Serialization;
using DaprMemory.Core.Sessions;

namespace DaprMemory.Service.Sessions;

/// <summary>Which turns were remembered.</summary>
/// <param name="Session">The session.</param>
/// <param name="From">The first turn that was dealt with; greater than upTo when there was none.</param>
/// <param name="UpTo">The last turn that was dealt with.</param>
/// <param name="Items">The memories, in the order of the turns.</param>
/// <param name="Skipped">How many turns have none: they are in other roles, or have no text.</param>
/// <param name="Missing">Turns among them that the hot store has lost; absent when there are none.</param>
/// <param name="Newest">The number of the session's newest turn; 0 when there is none.</param>
/// <param name="Next">The turn at which the next call goes on; absent when all that was asked for is done.</param>
/// <param name="Version">The space's version that holds them.</param>
internal sealed record RememberAnswer(
    string Session, long From, long UpTo, IReadOnlyList<RememberItem> Items, int Skipped, IReadOnlyList<TurnRange>? Missing, long Newest, long? Next, long Version)
{
    /// <summary>The outcome as it looks in an answer.</summary>
    public static RememberAnswer Of(string session, RememberOutcome.Remembered remembered) => new(
        session,
        remembered.From,
        remembered.UpTo,
        [.. remembered.Items.Select(item => new RememberItem(item.Turn, item.Id, item.ETag.ToString(), item.IsNew ? null : true))],
        remembered.Skipped,
        remembered.Missing.Count > 0 ? remembered.Missing : null,
        remembered.Newest,
        remembered.Next,
        remembered.Write.Version);
}

/// <summary>A memory of a turn.</summary>
/// <param name="Turn">The turn.</param>
/// <param name="Id">The memory's id.</param>
/// <param name="ETag">Its ETag.</param>
/// <param name="Duplicate">true: it was there already, and nothing was added.</param>
internal sealed record RememberItem(long Turn, string Id, [property: JsonPropertyName("etag")] string ETag, bool? Duplicate);
