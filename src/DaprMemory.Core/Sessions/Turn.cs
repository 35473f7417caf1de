using System.Text;
using System.Text.Json;

namespace DaprMemory.Core.Sessions;

/// <summary>One thing said in a conversation.</summary>
/// <param name="Number">Its place in the session, from 1; 0 until it is appended.</param>
/// <param name="Role">In what role, such as <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">The JSON text of what was said, byte for byte: a string, or an array of parts of any form.</param>
/// <param name="Agent">Who said it.</param>
/// <param name="At">When.</param>
/// <param name="Metadata">A JSON object of the agent's own, byte for byte; empty for none.</param>
public sealed record Turn(
    long Number, string Role, ReadOnlyMemory<byte> Content, string Agent, DateTimeOffset At, ReadOnlyMemory<byte> Metadata = default)
{
    /// <summary>Whether it is made of parts; else it is a text.</summary>
    public bool HasParts => Content.Span.TrimStart(" \t\r\n"u8) is [(byte)'[', ..];

    /// <summary>What was said, as text; of parts, those that are texts or have a member <c>text</c>, a line each.</summary>
    public string GetText()
    {
        using var json = JsonDocument.Parse(Content);
        if (json.RootElement.ValueKind == JsonValueKind.String)
            return json.RootElement.GetString()!;
        var text = new StringBuilder();
        foreach (var part in json.RootElement.EnumerateArray())
        {
            if (TextOf(part) is { } line)
                text.Append(text.Length == 0 ? "" : "\n").Append(line);
        }
        return text.ToString();
    }

    static string? TextOf(JsonElement part)
    {
        var text = part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text"u8, out var member) ? member : part;
        try
        {
            return text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Parts are any JSON: also strings whose escapes are no characters.
            return null;
        }
    }
}
