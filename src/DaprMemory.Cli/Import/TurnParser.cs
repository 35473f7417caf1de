using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Cli.Import;

/// <summary>Reads lines such as <c>{"space":"trip","session":"D1","turn":"D1:1","speaker":"Ann","at":"…","text":"…"}</c>.</summary>
internal static class TurnParser
{
    /// <summary>Gives the turn, or says what is wrong with the line.</summary>
    /// <param name="number">The line's number.</param>
    /// <param name="line">Its bytes.</param>
    /// <param name="into">The space for all lines; null for each one's own.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="error">What is wrong.</param>
    public static bool TryParse(
        long number, ReadOnlyMemory<byte> line, string? into, [NotNullWhen(true)] out Turn? turn, [NotNullWhen(false)] out string? error)
    {
        turn = null;
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                error = "not a JSON object";
            else if (!TryGetText(json.RootElement, "session", out var session, out error)
                || !TryGetText(json.RootElement, "turn", out var name, out error)
                || !TryGetText(json.RootElement, "speaker", out var speaker, out error))
                return false;
            else if (into is null && !TryGetText(json.RootElement, "space", out into, out error))
                return false;
            else
            {
                turn = new Turn(number, into, $"turns/{session}/{name}", speaker, line);
                error = Broken("space", into, Names.CheckSpace(into))
                    ?? Broken("key", turn.Key, Names.CheckKey(turn.Key))
                    ?? Broken("speaker", speaker, Names.CheckAgent(speaker));
            }
        }
        // The second: a text whose escapes are no characters.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            error = $"not JSON: {e.Message}";
        }
        return error is null && turn is not null;
    }

    static bool TryGetText(JsonElement json, string name, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? error)
    {
        text = json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
        error = text is null ? $"no text \"{name}\"" : null;
        return text is not null;
    }

    static string? Broken(string what, string text, string? rule) => rule is null ? null : $"{what} '{text}': {rule}";
}
