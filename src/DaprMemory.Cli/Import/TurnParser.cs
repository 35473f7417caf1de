using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using DaprMemory.Client;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Cli.Import;

/// <summary>Reads lines such as <c>{"space":"trip","session":"D1","turn":"D1:1","speaker":"Ann","at":"…","text":"…"}</c>.</summary>
internal static class TurnParser
{
    const int MaxNameLength = 256, MaxRoleLength = 64;
    const string DefaultRole = "user";

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
                || !TryGetText(json.RootElement, "speaker", out var speaker, out error)
                || !TryGetText(json.RootElement, "at", out var at, out error)
                || !TryGetText(json.RootElement, "text", out var text, out error))
                return false;
            else if (into is null && !TryGetText(json.RootElement, "space", out into, out error))
                return false;
            else
            {
                var role = json.RootElement.TryGetProperty("role", out var member) ? member.ValueKind == JsonValueKind.String ? member.GetString()! : "" : DefaultRole;
                error = Broken("space", into, Names.CheckSpace(into))
                    ?? Broken("session", session, Names.CheckSession(session))
                    ?? Broken("turn", name, name.Length is 0 or > MaxNameLength ? $"a turn has 1 to {MaxNameLength} characters" : null)
                    ?? Broken("speaker", speaker, Names.CheckAgent(speaker))
                    ?? Broken("role", role, role.Length is 0 or > MaxRoleLength ? $"a role has 1 to {MaxRoleLength} characters" : null);
                if (!TryReadTime(at, out var time))
                    error ??= Broken("at", at, "a time such as 2026-01-02T10:00:00Z");
                turn = new Turn(number, into, session, name, new NewTurn(role)
                {
                    Text = text,
                    Agent = speaker,
                    At = time,
                    Metadata = JsonSerializer.SerializeToUtf8Bytes(new TurnMetadata(name), ImportJson.Default.TurnMetadata),
                });
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

    // One without an offset is UTC: it must not mean another time on another machine.
    static bool TryReadTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time) && text.StartsWith(time.Year.ToString("0000", CultureInfo.InvariantCulture), StringComparison.Ordinal);

    static string? Broken(string what, string text, string? rule) => rule is null ? null : $"{what} '{text}': {rule}";
}
