using System.Text;

namespace DaprMemory.Core.Sessions;

/// <summary>Counts the tokens of turns.</summary>
internal static class TokenCounterExtensions
{
    /// <summary>Counts what was said: a text, or the whole JSON of the parts. Who said it and when are not counted.</summary>
    public static int Count(this ITokenCounter counter, Turn turn) =>
        counter.Count(turn.HasParts ? Encoding.UTF8.GetString(turn.Content.Span) : turn.GetText());
}
